// The CPU levels that code can be generated for, and the machines that they belong to.
#ifndef LLMC_COMPILER_CODEGEN_CPU_CPULEVELS_H
#define LLMC_COMPILER_CODEGEN_CPU_CPULEVELS_H

#include "compiler/support/TargetSpec.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <vector>

namespace llmc::codegen::cpu {

/// Levels of the architecture of `triple` (empty: this machine's), each once and worst first. A name is that of a
/// level, "native" (the best that this machine has) or "all". Fails for an unknown name or a target that we have no
/// code for.
llvm::Expected<std::vector<TargetSpec>> cpuLevels(llvm::ArrayRef<std::string> names, llvm::StringRef triple);

} // namespace llmc::codegen::cpu

#endif
