// The table of levels, and which of them this machine has.
#include "compiler/codegen/cpu/CpuLevels.h"
#include "compiler/support/UsageError.h"
#include "llmc/artefact.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"
#ifdef __aarch64__
#include <sys/auxv.h>
#endif

namespace llmc::codegen::cpu {
namespace {

constexpr llvm::StringLiteral kEmulated = "-emulated";

struct Level {
  llvm::Triple::ArchType architecture;
  TargetSpec spec;
};

/// The table names the nearest; what that one extends is before it.
std::vector<Level> withBasesOfBases(std::vector<Level> levels) {
  for (Level &level : levels)
    for (const Level &before : levels)
      if (!level.spec.bases.empty() && level.spec.bases.front() == before.spec.level)
        llvm::append_range(level.spec.bases, before.spec.bases);
  return levels;
}

const std::vector<Level> &table() {
  static const std::vector<Level> levels = withBasesOfBases({
#define LLMC_CPU_LEVEL(architecture, name, cpu, features, bits, bytes, registers, multiplyAdds, l1, l2, ...)           \
  {llvm::Triple::architecture,                                                                                         \
   {name, "", cpu, features, bits, bits, bytes, registers, multiplyAdds, l1, l2, {__VA_ARGS__}}},
#include "llmc/cpu_levels.def"
  });
  return levels;
}

#ifdef __aarch64__
/// LLVM does not know them all.
uint64_t hostFeatures() {
  uint64_t bits = 0;
#define LLMC_CPU_FEATURE_AARCH64(name, bit, text, word, place)                                                         \
  if (getauxval(word) >> place & 1)                                                                                    \
    bits |= LLMC_CPU_##name;
#include "llmc/cpu_features.def"
  return bits;
}
#else
uint64_t hostFeatures() {
  auto features = llvm::sys::getHostCPUFeatures();
  auto hasAll = [&](llvm::StringRef names) {
    return llvm::all_of(llvm::split(names, ','), [&](llvm::StringRef name) { return features.lookup(name); });
  };
  uint64_t bits = 0;
#define LLMC_CPU_FEATURE_X86(name, bit, text, names)                                                                   \
  if (hasAll(names))                                                                                                   \
    bits |= LLMC_CPU_##name;
#include "llmc/cpu_features.def"
  return bits;
}
#endif

llvm::Triple hostTriple() { return llvm::Triple(llvm::Triple::normalize(llvm::sys::getProcessTriple())); }

llvm::Expected<llvm::Triple> findTarget(llvm::StringRef text) {
  llvm::Triple triple = text.empty() ? hostTriple() : llvm::Triple(llvm::Triple::normalize(text));
  bool known = llvm::any_of(table(), [&](const Level &level) { return level.architecture == triple.getArch(); });
  if (!known || !triple.isOSLinux() || !(triple.isGNUEnvironment() || triple.getEnvironmentName().empty()))
    return usageError("no code can be generated for \"" + triple.str() +
                      "\"; try: x86_64-linux-gnu, aarch64-linux-gnu");
  return llvm::Triple(triple.getArchName() + "-unknown-linux-gnu");
}

/// For tests: the level with plain code in place of its instructions, of the same meaning, so that any machine of the
/// architecture runs it.
TargetSpec emulated(TargetSpec level, const TargetSpec &worst) {
  level.level += kEmulated;
  level.cpu = worst.cpu;
  level.features = worst.features;
  level.cpuFeatures = worst.cpuFeatures;
  level.bases.clear();
  return level;
}

/// Positions in `levels` that `name` stands for.
llvm::Expected<std::vector<size_t>> select(llvm::StringRef name, llvm::ArrayRef<TargetSpec> levels, bool isHost) {
  std::vector<size_t> found;
  uint64_t host = name == "native" && isHost ? hostFeatures() : 0;
  for (size_t i = 0; i < levels.size(); ++i)
    if (name == "all" || name == levels[i].level)
      found.push_back(i);
    else if (name == "native" && isHost && (levels[i].cpuFeatures & ~host) == 0)
      found = {i};
  if (!found.empty())
    return found;
  if (name == "native")
    return usageError(isHost ? "this machine has none of the CPU levels that code can be generated for"
                             : "\"native\" is a level of this machine, not of the target; try: all");
  std::vector<std::string> names = {"all", "native"};
  for (const TargetSpec &level : levels)
    names.push_back(level.level);
  return usageError("unknown cpu level \"" + name + "\"; try: " + llvm::join(names, ", "));
}

} // namespace

llvm::Expected<std::vector<TargetSpec>> cpuLevels(llvm::ArrayRef<std::string> names, llvm::StringRef triple) {
  auto target = findTarget(triple);
  if (!target)
    return target.takeError();
  std::vector<TargetSpec> levels;
  for (const Level &level : table())
    if (level.architecture == target->getArch()) {
      levels.push_back(level.spec);
      levels.back().triple = target->str();
    }
  std::vector<size_t> wanted;
  std::vector<TargetSpec> result;
  for (llvm::StringRef name : names) {
    bool isEmulated = name.consume_back(kEmulated);
    auto found = select(name, levels, target->getArch() == hostTriple().getArch());
    if (!found)
      return found.takeError();
    if (!isEmulated)
      llvm::append_range(wanted, *found);
    for (size_t i : isEmulated ? *found : std::vector<size_t>())
      result.push_back(emulated(levels[i], levels.front()));
  }
  llvm::sort(wanted);
  wanted.erase(llvm::unique(wanted), wanted.end());
  for (size_t i : wanted)
    result.push_back(levels[i]);
  return result;
}

} // namespace llmc::codegen::cpu
