// Times models against each other in this process.
#ifndef LLMC_COMPILER_REPORT_TIMING_H
#define LLMC_COMPILER_REPORT_TIMING_H

#include "compiler/execution/OpenModel.h"
#include <functional>

namespace llmc::report {

/// Seconds of several runs.
struct ModelTimes {
  double run = 0; // the least
  /// Least and median, of runs of their own, since measuring kernels takes a little time.
  std::vector<double> kernels, usualOfKernels;
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
