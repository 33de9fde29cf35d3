// What was measured, beside what the machine could do.
#ifndef LLMC_TOOLS_LLMC_BENCH_BENCHREPORT_H
#define LLMC_TOOLS_LLMC_BENCH_BENCHREPORT_H

#include "tools/llmc/bench/MachineLimits.h"
#include "tools/llmc/bench/Measure.h"
#include "tools/llmc/inspect/ModelReport.h"

namespace llmc::tools {

/// A kernel of the run, or all those that share its code.
struct KernelTiming {
  std::string name, nodes;
  size_t first, count;   // the number of the first one, and how many there are
  double seconds, share; // together; of the time of all kernels
  std::optional<Work> work;
};

struct BenchReport {
  std::string model, cpu;
  uint32_t threads;
  std::vector<std::pair<std::string, int64_t>> dims;
  std::string variant; // the sizes that the code is for; empty: all
  BenchResult result;
  std::optional<Work> work; // of a run
  MachineLimits limits;
  std::vector<KernelTiming> kernels; // in the order of the run; empty without a profile
};

/// Puts together what was measured and what the artefact's manifest says of its kernels.
BenchReport makeReport(const ModelReport &model, llvm::ArrayRef<HostTensor> inputs, uint32_t threads,
                       BenchResult result, MachineLimits limits);

/// Kernels that share their code are one line with their number, unless each is asked for.
void printBench(const BenchReport &report, bool eachKernel, llvm::raw_ostream &out);
void printBenchJson(const BenchReport &report, llvm::raw_ostream &out);
/// The spans of the watched run for chrome://tracing and its kin.
void writeTrace(const ModelReport &model, llvm::ArrayRef<KernelSpan> spans, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
