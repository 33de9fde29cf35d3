// What the machine's CPU can do, in the bits of llmc_image.cpu_features. An instruction set counts
// only when the operating system saves its registers too.
#ifndef LLMC_RUNTIME_DEVICE_CPU_CPUFEATURES_H
#define LLMC_RUNTIME_DEVICE_CPU_CPUFEATURES_H

#include <cstddef>
#include <cstdint>

namespace llmc::runtime {

// The registers that decide, as CPUID and XGETBV return them.
struct CpuidReport {
  uint32_t leaf1Ecx = 0;
  uint32_t leaf7Ebx = 0, leaf7Ecx = 0, leaf7Edx = 0;
  uint32_t leaf7Sub1Eax = 0;
  uint32_t extended1Ecx = 0;
  uint64_t xcr0 = 0;
};

uint64_t decodeCpuFeatures(const CpuidReport &report);

// The features of this machine.
uint64_t detectCpuFeatures();

// Asks the kernel for the use of AMX tiles, which it grants per process. False where it refuses.
bool enableAmx();

// A level of this architecture that code is compiled for, as LLMC_CPU names it.
struct CpuLevel {
  const char *name;
  uint64_t features;
};

// Null when there is no such level.
const CpuLevel *findCpuLevel(const char *name);

// All of them, the worst first.
const CpuLevel *beginCpuLevels();
const CpuLevel *endCpuLevels();

// "AVX512-VNNI" for one bit; "an unknown feature" for bits of newer compilers.
const char *nameOfFeature(uint64_t bit);

} // namespace llmc::runtime
#endif
