// The CPU levels that code can be generated for.
#ifndef LLMC_COMPILER_CODEGEN_CPU_CPULEVELS_H
#define LLMC_COMPILER_CODEGEN_CPU_CPULEVELS_H

#include "compiler/support/TargetSpec.h"
#include "llvm/ADT/StringRef.h"
#include <optional>
#include <vector>

namespace llmc::codegen::cpu {

/// A level by name; "native" is the best level that this machine has. Nothing for an unknown name.
std::optional<TargetSpec> cpuLevel(llvm::StringRef name);
std::vector<std::string> cpuLevelNames();

} // namespace llmc::codegen::cpu

#endif
