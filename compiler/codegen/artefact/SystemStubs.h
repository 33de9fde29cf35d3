// libc and libm of machines that this one is not, as far as linking needs them: names.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H

#include "llvm/Support/Error.h"
#include "llvm/TargetParser/Triple.h"
#include <string>

namespace llmc::codegen {

struct SystemStubs {
  std::string libm, libc;
};

/// Stubs of libm.so.6 and libc.so.6 that hold the symbols of SystemSymbols.def.
llvm::Expected<SystemStubs> makeSystemStubs(const llvm::Triple &target);

} // namespace llmc::codegen

#endif
