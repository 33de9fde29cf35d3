// Weights as part of the artefact's code.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSOBJECT_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_WEIGHTSOBJECT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

namespace llmc::codegen {

/// The symbol of the payload of model `name`.
std::string weightsSymbol(llvm::StringRef name);

/// Turns the weights file at `path` into an object file whose only section is the payload, named by `symbol`. The
/// payload stays where it is, page-aligned: nothing is read or copied.
llvm::Error turnIntoObject(llvm::StringRef path, uint64_t payloadBytes, llvm::StringRef symbol,
                           const llvm::Triple &triple);

} // namespace llmc::codegen

#endif
