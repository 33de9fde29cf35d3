// Finds which products may be narrow for the results to stay near enough.
#ifndef LLMC_COMPILER_EVALUATION_MIXTURE_H
#define LLMC_COMPILER_EVALUATION_MIXTURE_H

#include "compiler/evaluation/SwitchedModel.h"

namespace llmc::evaluation {

/// A mixture that was run.
struct TriedMixture {
  size_t floats; // how many choices are that
  double saved;  // as SwitchedModel::savedBy tells
  double value;  // of the metric; NaN where results are no numbers
};

struct Mixture {
  std::vector<std::string> rules;  // of quantization: those that were asked for, and those that keep products as floats
  std::vector<std::string> floats; // the nodes of these
  size_t choices = 0;              // that there were
  size_t floatChoices = 0;         // of them
  double reached = 0;              // of the metric
  double saved = 0;
  std::vector<TriedMixture> tried; // in the order of the search
};

/// Takes from options.quantization, of which `switched` was made, what costs most accuracy for the arithmetic that it
/// saves, until the budget is kept. A UsageError where even floats don't keep it. The result follows from model,
/// options, machine and data.
llvm::Expected<Mixture> findMixture(SwitchedModel &switched, const pipeline::CompileOptions &options,
                                    const Budget &budget);

/// Tries mixtures from all narrow to all floats, about `count` in between, those layers first that a search would make
/// floats, on each `step`th piece of the data. They join `tried`, but for those that are there.
llvm::Error tryBetween(SwitchedModel &switched, const Budget &budget, size_t count, size_t step,
                       std::vector<TriedMixture> &tried);

} // namespace llmc::evaluation

#endif
