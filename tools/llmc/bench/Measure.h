// Times a compiled model again and again on the same inputs.
#ifndef LLMC_TOOLS_LLMC_BENCH_MEASURE_H
#define LLMC_TOOLS_LLMC_BENCH_MEASURE_H

#include "tools/llmc/LoadedModel.h"
#include <optional>

namespace llmc::tools {

struct BenchRequest {
  double seconds = 3;
  uint64_t rounds = 0;  // 0: as many as fit into the seconds
  bool profile = false; // time each kernel in runs of its own, after the others
  bool trace = false;   // one more run that is watched kernel by kernel
};

/// Seconds of single runs.
struct Latency {
  uint64_t rounds;
  double least, median, p90, p99, most, mean;
};
Latency latencyOf(std::vector<double> seconds);

/// From the first to the last moment of a kernel, counted from the start of the run.
struct KernelSpan {
  double begin, end;
};

struct BenchResult {
  Latency latency;
  double firstRun;                   // seconds, pages of the weights and memory included
  std::optional<int64_t> peakBytes;  // by which the process grew, mapped weights included; nothing if unknown
  size_t variant;                    // that was measured
  std::vector<double> kernelSeconds; // medians, in the order of the run; empty without a profile
  std::vector<KernelSpan> spans;     // empty without a trace
};

/// Opens the artefact in `folder` and measures.
llvm::Expected<BenchResult> measure(llvm::StringRef folder, uint32_t threads, llvm::ArrayRef<HostTensor> inputs,
                                    const BenchRequest &request);

} // namespace llmc::tools

#endif
