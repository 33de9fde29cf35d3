// What passes and schedules may know about the machine: numbers, no backend classes. Caches and units are those of the
// usual machine of a level.
#ifndef LLMC_COMPILER_SUPPORT_TARGETSPEC_H
#define LLMC_COMPILER_SUPPORT_TARGETSPEC_H

#include <cstdint>
#include <string>
#include <vector>

namespace llmc {

struct TargetSpec {
  std::string level;     // "x86-64-v3", as users name it
  std::string triple;    // "x86_64-unknown-linux-gnu"
  std::string cpu;       // LLVM's name
  std::string features;  // LLVM's feature string, "+f16c,..."
  uint64_t cpuFeatures;  // bits of LLMC_CPU_* that a machine must have
  uint64_t instructions; // bits of LLMC_CPU_* that code is made for; what a machine need not have becomes plain code
  int64_t vectorBytes;   // native vector width
  int64_t vectorRegisters;
  int64_t multiplyAdds; // vectors that are multiplied and added in a cycle
  int64_t l1Bytes, l2Bytes;
  std::vector<std::string> bases; // the levels that this one is with more instructions, the nearest first
  /// Elements of a native vector of 4-byte values.
  int64_t lanes() const { return lanesOf(32); }
  int64_t lanesOf(unsigned bits) const { return vectorBytes * 8 / bits; }
};

/// What a multiply-add of a product of blocks costs that are not zero, where one of the dense product costs 1, by the
/// type of both sides. Many rows multiply, few wait for the weight.
struct BlockCosts {
  double floats, halves, bytes;
};

/// What the kernels of a target ask of passes.
struct KernelRules {
  int64_t panelColumns; // of packed weights; the same for every level, so that one weights file serves them all
  int64_t passOperands; // of a map that a row reduction computes anew in each of its passes over a row
  int64_t mostScalars;  // of operands and scalars in one kernel, where what is read in several places counts each time
  BlockCosts blocks;    // at the best of the levels
};

} // namespace llmc

#endif
