// NAME.h: typed C entry points for one model.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_HEADERWRITER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_HEADERWRITER_H

#include "compiler/codegen/artefact/ModelFacts.h"

namespace llmc::codegen {

/// The text of NAME.h: C99 and C++11, complete in itself, for NAME.a and NAME.so alike.
std::string modelHeader(const ModelFacts &facts);

} // namespace llmc::codegen

#endif
