// What this machine can do at most, measured now and here: the roof that kernels are held against.
#ifndef LLMC_TOOLS_LLMC_BENCH_MACHINELIMITS_H
#define LLMC_TOOLS_LLMC_BENCH_MACHINELIMITS_H

#include <cstddef>
#include <vector>

namespace llmc::tools {

/// How fast so many bytes are read again and again: out of a cache as long as they fit.
struct ReadRate {
  size_t bytes;
  double bytesPerSecond;
};

struct Work {
  double flops, halfFlops; // of these, those of products of bf16
  double byteOps, bytes;   // bytes: each tensor that a kernel reads or writes counted once

  Work operator+(const Work &other) const {
    return {flops + other.flops, halfFlops + other.halfFlops, byteOps + other.byteOps, bytes + other.bytes};
  }
};

struct MachineLimits {
  double flopsPerSecond;       // fp32 multiply-adds on full vectors, each counted as 2
  double halfFlopsPerSecond;   // the same of bf16, summed in fp32
  double byteOpsPerSecond;     // the same of bytes, summed exactly in 32 bits
  std::vector<ReadRate> reads; // smallest first; the last is memory, far beyond the caches

  double memoryBytesPerSecond() const { return reads.back().bytesPerSecond; }

  /// The least time in seconds that so much work can take.
  double leastSeconds(const Work &work) const;
};

/// Takes about half a second, and 256 MB for that time.
MachineLimits measureLimits(unsigned threads);

} // namespace llmc::tools

#endif
