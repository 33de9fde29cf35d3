// The model of floats, in this process, with the data that models made of it are judged by.
#ifndef LLMC_COMPILER_EVALUATION_BASELINE_H
#define LLMC_COMPILER_EVALUATION_BASELINE_H

#include "compiler/evaluation/Judge.h"
#include "compiler/execution/RunHere.h"

namespace llmc::evaluation {

/// Values for the inputs of a model; messages call them `shownAs`.
struct Samples {
  llvm::ArrayRef<execution::GivenInput> inputs;
  std::string shownAs = "the calibration data";
  std::string mask; // as JudgeOptions has it
};

class Baseline {
public:
  /// The model without the quantization and pruning of `options`, compiled for this machine. Refers to the data.
  static llvm::Expected<std::unique_ptr<Baseline>> open(execution::Load load, const pipeline::CompileOptions &options,
                                                        const Samples &samples);

  /// Of models with the same inputs and outputs.
  Judge &judge() { return *judgeOfOthers; }
  const execution::OpenModel &model() const { return *floats; }
  /// Judges by another model with the same inputs and outputs, which is referred to, on the same data; `more` are
  /// values of inputs that it has behind the others.
  llvm::Expected<Judge> judgeBy(const execution::OpenModel &wanted, llvm::ArrayRef<llmc_tensor> more) const;
  execution::SampleData &data() { return *samples; }
  llvm::ArrayRef<codegen::TensorFacts> inputs() const { return facts.inputs; }

private:
  explicit Baseline(execution::ModelHere floats) : floats(std::move(floats)) {}

  execution::ModelHere floats;
  codegen::ModelFacts facts;
  std::optional<execution::SampleData> samples;
  JudgeOptions options;
  std::optional<Judge> judgeOfOthers;
};

} // namespace llmc::evaluation

#endif
