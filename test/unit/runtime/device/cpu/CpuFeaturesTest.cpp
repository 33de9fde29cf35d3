#include "device/cpu/CpuFeatures.h"

#include "llmc/artefact.h"
#include <gtest/gtest.h>

using namespace llmc::runtime;

static CpuidReport everything() {
  CpuidReport report;
  report.leaf1Ecx = report.leaf7Ebx = report.leaf7Ecx = report.leaf7Edx = ~0u;
  report.leaf7Sub1Eax = report.extended1Ecx = ~0u;
  report.xcr0 = ~uint64_t{0};
  return report;
}

static constexpr uint64_t v3 = LLMC_CPU_X86_64_V3, v3Dot = v3 | LLMC_CPU_AVX_VNNI, v4 = v3 | LLMC_CPU_X86_64_V4,
                          dot = v4 | v3Dot | LLMC_CPU_AVX512_VNNI | LLMC_CPU_AVX512_BF16,
                          all = dot | LLMC_CPU_AMX_INT8 | LLMC_CPU_AMX_BF16;

TEST(CpuFeatures, Decodes) {
  EXPECT_EQ(decodeCpuFeatures(CpuidReport()), 0u);
  EXPECT_EQ(decodeCpuFeatures(everything()), all);
  CpuidReport noAvx2 = everything();
  noAvx2.leaf7Ebx &= ~(1u << 5);
  EXPECT_EQ(decodeCpuFeatures(noAvx2), 0u);
}

TEST(CpuFeatures, CountsOnlyWhatTheSystemSaves) {
  CpuidReport report = everything();
  report.xcr0 = 0xe7; // no tiles
  EXPECT_EQ(decodeCpuFeatures(report), dot);
  report.xcr0 = 0x7; // AVX only
  EXPECT_EQ(decodeCpuFeatures(report), v3Dot);
  report.xcr0 = 0x3; // SSE only
  EXPECT_EQ(decodeCpuFeatures(report), 0u);
}

TEST(CpuFeatures, AgreesWithTheCompiler) {
#ifdef __x86_64__
  EXPECT_EQ(static_cast<bool>(detectCpuFeatures() & LLMC_CPU_X86_64_V3),
            __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"));
  EXPECT_EQ(static_cast<bool>(detectCpuFeatures() & LLMC_CPU_AVX512_VNNI),
            static_cast<bool>(__builtin_cpu_supports("avx512vnni")));
#endif
}

TEST(CpuFeatures, Levels) {
  EXPECT_EQ(findCpuLevel("x86-64-v3")->features, v3);
  EXPECT_EQ(findCpuLevel("x86-64-v3-vnni")->features, v3Dot);
  EXPECT_EQ(findCpuLevel("x86-64-v4")->features, v4);
  EXPECT_EQ(findCpuLevel("x86-64-v4-vnni")->features, v4 | LLMC_CPU_AVX512_VNNI);
  EXPECT_EQ(findCpuLevel("x86-64-v4-bf16")->features, v4 | LLMC_CPU_AVX512_VNNI | LLMC_CPU_AVX512_BF16);
  EXPECT_EQ(findCpuLevel("x86-64-v4-amx")->features,
            v4 | LLMC_CPU_AVX512_VNNI | LLMC_CPU_AVX512_BF16 | LLMC_CPU_AMX_INT8 | LLMC_CPU_AMX_BF16);
  EXPECT_EQ(findCpuLevel("x86-64-v5"), nullptr);
  EXPECT_EQ(findCpuLevel("armv8-a"), nullptr) << "of another architecture";
  EXPECT_STREQ(nameOfFeature(LLMC_CPU_AMX_INT8), "AMX-INT8");
  EXPECT_STREQ(nameOfFeature(LLMC_CPU_AARCH64_I8MM), "aarch64 i8mm");
  EXPECT_STREQ(nameOfFeature(uint64_t{1} << 63), "an unknown feature");
}
