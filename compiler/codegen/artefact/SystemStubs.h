// The C library as far as linking needs it: names and versions. All artefacts are linked against these stubs: against
// the libraries of the machine at hand they would need its glibc or a younger one.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_SYSTEMSTUBS_H

#include "llvm/TargetParser/Triple.h"
#include <string>
#include <vector>

namespace llmc::codegen {

/// A library without code, as a linker makes it from two scripts.
struct SystemStub {
  std::string name;        // "libc.so.6"
  std::string definitions; // linker script that defines its symbols
  std::string versions;    // version script that says since when they are there
};

/// The parts of the C library, with the symbols of SystemSymbols.def.
std::vector<SystemStub> systemStubs(const llvm::Triple &target);

} // namespace llmc::codegen

#endif
