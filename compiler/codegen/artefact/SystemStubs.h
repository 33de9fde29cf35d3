// libc and libm of machines that this one is not, as far as linking needs them: names.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H

#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"

namespace llmc::codegen {

/// Writes stubs of libc.so.6 and libm.so.6 that hold the symbols of SystemSymbols.def.
llvm::Error writeSystemStubs(llvm::StringRef libc, llvm::StringRef libm, const llvm::Triple &target);

} // namespace llmc::codegen

#endif
