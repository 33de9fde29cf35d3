// Measures how kernels are best built, on this machine, where the compiler's model of it may be wrong.
#ifndef LLMC_TOOLS_LLMC_TUNE_TUNE_H
#define LLMC_TOOLS_LLMC_TUNE_TUNE_H

#include "compiler/pipeline/Compilation.h"
#include "tools/llmc/ModelInputs.h"

namespace llmc::tools {

struct TuneRequest {
  std::string model;
  pipeline::CompileOptions compile; // its one level is that of this machine
  InputRequest inputs;              // the sizes that count, beside those of variants
  uint32_t threads = 0;             // of runs; 0: all that the process may use
  double seconds = 0;               // for all measurements; compiling comes on top
};

struct TuneResult {
  std::string schedules; // a file that --decisions takes
  size_t kernels = 0;    // different ones whose schedule can be chosen
  size_t changed = 0;    // that are faster with another than the model's
  double ratio = 1;      // of the time of a run, now to before
};

/// Tries the schedules of all kernels side by side: as many libraries as the kernel with the most of them has, each run
/// interleaved with that of the model's choice.
llvm::Expected<TuneResult> tune(const TuneRequest &request);

} // namespace llmc::tools

#endif
