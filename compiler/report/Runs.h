// What is learned about a model by running it in this process, on data.
#ifndef LLMC_COMPILER_REPORT_RUNS_H
#define LLMC_COMPILER_REPORT_RUNS_H

#include "compiler/evaluation/Mixture.h"
#include "compiler/report/Facts.h"
#include "compiler/report/Layers.h"

namespace llmc::report {

struct Runs {
  std::vector<Output> outputs; // distances only where the model is changed

  struct Alone {
    std::vector<std::string> nodes;
    Distance distance;
  };
  std::vector<Alone> alone; // choices, each narrow while all others are floats

  std::optional<Curve> curve;

  std::optional<Times> times; // of the layers of `timed`
  ModelLayers timed;
};

/// A model that is to be compiled, and what has been opened for it.
struct Subject {
  execution::Load load;
  const pipeline::CompileOptions &options; // with the rules that are left of a budget
  llvm::ArrayRef<ir::Measurements> measured;
  evaluation::Baseline &baseline;
  evaluation::SwitchedModel *switched; // null: nothing is quantized
  const std::optional<evaluation::Budget> &budget;
  const std::optional<evaluation::Mixture> &mixture; // what the budget came to
  const ModelLayers &floats;                         // of the baseline
  bool isChanged;                                    // else the baseline is the model
  bool canTime;                                      // it is to run on machines like this one
};

/// Compiles the model for this machine as it is to be, and runs it beside the baseline.
llvm::Expected<Runs> runAll(const Subject &subject);

/// In the words of reports.
Distance distanceOf(llvm::ArrayRef<evaluation::Agreement> agreements);

} // namespace llmc::report

#endif
