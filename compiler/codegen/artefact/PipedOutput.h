// For code that insists on writing to a path.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_PIPEDOUTPUT_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_PIPEDOUTPUT_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llmc::codegen {

/// What `write` writes to the path that it is given: a pipe. LLVM writes to what is no regular file directly, where it
/// would leave temporary files beside one if it were killed.
llvm::Expected<std::string> outputOf(llvm::function_ref<llvm::Error(const std::string &path)> write);

} // namespace llmc::codegen

#endif
