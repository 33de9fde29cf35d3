// The runtime's C API as text: what NAME.h repeats, and the names that artefacts offer.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_PUBLICAPI_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_PUBLICAPI_H

#include "llvm/ADT/StringRef.h"
#include <vector>

namespace llmc::codegen {

/// A function of llmc.h: "llmc_status llmc_model_open(const llmc_model_options *options, llmc_model **model)".
struct ApiFunction {
  llvm::StringRef declaration, name;
};

/// The public headers of the runtime in one.
llvm::StringRef publicHeaders();

/// All functions, in the order of llmc.h.
const std::vector<ApiFunction> &publicFunctions();

} // namespace llmc::codegen

#endif
