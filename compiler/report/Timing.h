// Times models against each other in this process.
#ifndef LLMC_COMPILER_REPORT_TIMING_H
#define LLMC_COMPILER_REPORT_TIMING_H

#include "compiler/execution/OpenModel.h"
#include <functional>

namespace llmc::report {

/// The least of all runs, in seconds.
struct ModelTimes {
  double run;
  std::vector<double> kernels; // of runs of their own, since measuring them takes a little time
};

struct Race {
  unsigned runs; // of each model
  std::vector<ModelTimes> models;
};

/// Runs the models in turns on the same inputs, so that what disturbs one disturbs the others, too. A CancelledError
/// once `cancelled` says yes.
llvm::Expected<Race> race(llvm::ArrayRef<const execution::OpenModel *> models, llvm::ArrayRef<llmc_tensor> inputs,
                          const std::function<bool()> &cancelled);

} // namespace llmc::report

#endif
