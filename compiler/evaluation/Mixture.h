// Finds which products may be narrow for the results to stay near enough.
#ifndef LLMC_COMPILER_EVALUATION_MIXTURE_H
#define LLMC_COMPILER_EVALUATION_MIXTURE_H

#include "compiler/evaluation/Metrics.h"
#include "compiler/execution/GivenInput.h"
#include "compiler/execution/RunHere.h"
#include "compiler/ir/Measurements.h"

namespace llmc::evaluation {

struct AccuracyGoal {
  Budget budget;
  std::string mask; // as JudgeOptions has it
};

struct Mixture {
  std::vector<std::string> rules;  // of quantization: those that were asked for, and those that keep products as floats
  std::vector<std::string> floats; // the nodes of these
  size_t choices = 0;              // that there were
  double reached = 0;              // of the metric
};

/// Takes from options.quantization what costs most accuracy for the arithmetic that it saves, until the budget is kept
/// on `inputs`, against the model of floats without pruning. Two models are compiled for this machine and run in this
/// process, in one of which each run chooses what is narrow; `measured` is what the compilation will have. A
/// UsageError where even floats don't keep the budget. Quantization is that of the default pipeline. The result follows
/// from model, options, machine and data.
llvm::Expected<Mixture> findMixture(execution::Load load, const pipeline::CompileOptions &options,
                                    llvm::ArrayRef<execution::GivenInput> inputs, const AccuracyGoal &goal,
                                    llvm::ArrayRef<ir::Measurements> measured);

} // namespace llmc::evaluation

#endif
