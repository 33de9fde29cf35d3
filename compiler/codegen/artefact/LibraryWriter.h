// From what the linker gives to NAME.so.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYWRITER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYWRITER_H

#include "compiler/codegen/artefact/NewFile.h"

namespace llmc::codegen {

/// Writes a linked library to `file`, and behind it the weights for which it has a place: so many bytes of the payload
/// of a weights file; null where it has none. Enters the digest of its code into its note.
llvm::Error writeLibrary(NewFile &file, std::string linked, const NewFile *weights, uint64_t weightsBytes);

} // namespace llmc::codegen

#endif
