// cpuid tells what there is, xgetbv what the operating system lets a program use; on aarch64 Linux tells both.
#include "device/cpu/CpuFeatures.h"

#include "llmc/artefact.h"
#include <cstring>
#include <sys/syscall.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

using namespace llmc::runtime;

static bool hasAll(uint64_t value, uint64_t bits) { return (value & bits) == bits; }

static constexpr uint32_t bit(int number) { return 1u << number; }

uint64_t llmc::runtime::decodeCpuFeatures(const CpuidReport &report) {
  // FMA, SSE4.1/4.2, MOVBE, POPCNT, OSXSAVE, AVX, F16C; AVX2, BMI1, BMI2; LZCNT.
  constexpr uint32_t v3Leaf1 = bit(12) | bit(19) | bit(20) | bit(22) | bit(23) | bit(27) | bit(28) | bit(29);
  constexpr uint32_t v3Leaf7 = bit(3) | bit(5) | bit(8);
  constexpr uint32_t v4Leaf7 = bit(16) | bit(17) | bit(28) | bit(30) | bit(31); // F DQ CD BW VL
  constexpr uint64_t ymmState = 0x6, zmmState = 0xe6, tileState = 0x60000;

  uint64_t features = 0;
  bool v3 = hasAll(report.leaf1Ecx, v3Leaf1) && hasAll(report.leaf7Ebx, v3Leaf7) &&
            hasAll(report.extended1Ecx, bit(5)) && hasAll(report.xcr0, ymmState);
  if (!v3)
    return features;
  features |= LLMC_CPU_X86_64_V3;
  if (hasAll(report.leaf7Sub1Eax, bit(4)))
    features |= LLMC_CPU_AVX_VNNI;
  if (!hasAll(report.leaf7Ebx, v4Leaf7) || !hasAll(report.xcr0, zmmState))
    return features;
  features |= LLMC_CPU_X86_64_V4;
  if (hasAll(report.leaf7Ecx, bit(11)))
    features |= LLMC_CPU_AVX512_VNNI;
  if (hasAll(report.leaf7Sub1Eax, bit(5)))
    features |= LLMC_CPU_AVX512_BF16;
  if (!hasAll(report.leaf7Edx, bit(24)) || !hasAll(report.xcr0, tileState)) // AMX-TILE
    return features;
  if (hasAll(report.leaf7Edx, bit(25)))
    features |= LLMC_CPU_AMX_INT8;
  if (hasAll(report.leaf7Edx, bit(22)))
    features |= LLMC_CPU_AMX_BF16;
  return features;
}

#ifdef __x86_64__
static uint64_t readXcr0() {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return static_cast<uint64_t>(high) << 32 | low;
}

uint64_t llmc::runtime::detectCpuFeatures() {
  CpuidReport report;
  uint32_t eax, ebx, ecx, edx;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx))
    report.leaf1Ecx = ecx;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx)) {
    report.leaf7Ebx = ebx;
    report.leaf7Ecx = ecx;
    report.leaf7Edx = edx;
    if (eax >= 1 && __get_cpuid_count(7, 1, &eax, &ebx, &ecx, &edx))
      report.leaf7Sub1Eax = eax;
  }
  if (__get_cpuid(0x80000001u, &eax, &ebx, &ecx, &edx))
    report.extended1Ecx = ecx;
  if (report.leaf1Ecx & bit(27)) // OSXSAVE; without it xgetbv is an illegal instruction
    report.xcr0 = readXcr0();
  return decodeCpuFeatures(report);
}

bool llmc::runtime::enableAmx() {
  constexpr int requestPermission = 0x1023, tileData = 18; // ARCH_REQ_XCOMP_PERM, XTILEDATA
  return syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}
#elif defined(__aarch64__)
uint64_t llmc::runtime::detectCpuFeatures() {
  uint64_t features = 0;
#define LLMC_CPU_FEATURE_AARCH64(name, bit, text, word, place)                                                         \
  if (getauxval(word) >> place & 1)                                                                                    \
    features |= LLMC_CPU_##name;
#include "llmc/cpu_features.def"
  return features;
}

bool llmc::runtime::enableAmx() { return false; }
#endif

// Rows of other architectures leave nothing.
#ifdef __aarch64__
#define LEVEL_OF_x86_64(...)
#define LEVEL_OF_aarch64(...) {__VA_ARGS__},
#else
#define LEVEL_OF_x86_64(...) {__VA_ARGS__},
#define LEVEL_OF_aarch64(...)
#endif
static constexpr CpuLevel levels[] = {
#define LLMC_CPU_LEVEL(architecture, name, cpu, extra, features, ...) LEVEL_OF_##architecture(name, features)
#include "llmc/cpu_levels.def"
};

const CpuLevel *llmc::runtime::beginCpuLevels() { return levels; }

const CpuLevel *llmc::runtime::endCpuLevels() { return levels + sizeof levels / sizeof *levels; }

const CpuLevel *llmc::runtime::findCpuLevel(const char *name) {
  for (const CpuLevel &level : levels)
    if (std::strcmp(level.name, name) == 0)
      return &level;
  return nullptr;
}

const char *llmc::runtime::nameOfFeature(uint64_t feature) {
  switch (feature) {
#define LLMC_CPU_FEATURE_X86(name, bit, text, ...)                                                                     \
  case LLMC_CPU_##name:                                                                                                \
    return text;
#define LLMC_CPU_FEATURE_AARCH64 LLMC_CPU_FEATURE_X86
#include "llmc/cpu_features.def"
  }
  return "an unknown feature";
}
