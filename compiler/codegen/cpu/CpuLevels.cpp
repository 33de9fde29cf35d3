// The table of levels, and which of them this machine has.
#include "compiler/codegen/cpu/CpuLevels.h"
#include "llmc/artefact.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"

namespace llmc::codegen::cpu {

static const std::vector<TargetSpec> &levels() {
  static const std::vector<TargetSpec> table = {
#define LLMC_CPU_LEVEL(name, cpu, features, bits, bytes, registers)                                                    \
  {name, "x86_64-unknown-linux-gnu", cpu, features, bits, bytes, registers},
#include "compiler/codegen/cpu/CpuLevels.def"
#undef LLMC_CPU_LEVEL
  };
  return table;
}

static uint64_t hostFeatures() {
  auto features = llvm::sys::getHostCPUFeatures();
  auto all = [&](std::initializer_list<const char *> names) {
    for (const char *name : names)
      if (!features.lookup(name))
        return false;
    return true;
  };
  uint64_t bits = 0;
  if (all({"avx2", "fma", "bmi", "bmi2", "f16c", "lzcnt", "movbe"}))
    bits |= LLMC_CPU_X86_64_V3;
  if (all({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}))
    bits |= LLMC_CPU_X86_64_V4;
  return bits;
}

std::optional<TargetSpec> cpuLevel(llvm::StringRef name) {
  std::optional<TargetSpec> found;
  uint64_t host = name == "native" ? hostFeatures() : 0;
  for (const TargetSpec &level : levels())
    if (name == "native" ? (level.cpuFeatures & ~host) == 0 : name == level.level)
      found = level;
  return found;
}

std::vector<std::string> cpuLevelNames() {
  std::vector<std::string> names = {"native"};
  for (const TargetSpec &level : levels())
    names.push_back(level.level);
  return names;
}

} // namespace llmc::codegen::cpu
