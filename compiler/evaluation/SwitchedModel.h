// A model in which each run chooses what of it is narrow, in this process.
#ifndef LLMC_COMPILER_EVALUATION_SWITCHEDMODEL_H
#define LLMC_COMPILER_EVALUATION_SWITCHEDMODEL_H

#include "compiler/evaluation/Baseline.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Switches.h"

namespace llmc::evaluation {

/// By switches: true is narrow.
using Choices = std::vector<bool>;

class SwitchedModel {
public:
  /// Has all that options.quantization names both ways, behind the pruning of `options`; `measured` is what the
  /// compilation will have. Refers to the baseline. Quantization is that of the default pipeline.
  static llvm::Expected<std::unique_ptr<SwitchedModel>> open(execution::Load load,
                                                             const pipeline::CompileOptions &options,
                                                             Baseline &baseline,
                                                             llvm::ArrayRef<ir::Measurements> measured);

  llvm::ArrayRef<ir::Switch> switches() const { return list; }
  Choices all(bool narrow) const { return Choices(list.size(), narrow); }
  /// Whether it has others in few bits than those that choices are about.
  bool hasNarrowCaches() const { return !(*model).narrowCaches().empty(); }
  /// Arithmetic and memory that choices save, of what all save together: from 0 to 1.
  double savedBy(const Choices &choices) const;
  double savedBy(size_t choice) const { return saved[choice]; }

  /// How far a mixture is from the baseline, over each `step`th piece of the data.
  llvm::Expected<std::vector<Agreement>> judge(const Choices &choices, size_t step = 1);
  size_t pieceCount() const { return baseline.judge().pieceCount(); }
  /// What each choice alone changes, on some of the data: how far the outputs are then from those of this model with
  /// all as floats. Found out once.
  using AgreementsByChoice = std::vector<std::vector<Agreement>>;
  llvm::Expected<const AgreementsByChoice *> alone();
  /// The choices, those first that cost most accuracy, alone, for what they save.
  llvm::Expected<std::vector<size_t>> dearestFirst();

private:
  SwitchedModel(Baseline &baseline, execution::ModelHere model) : baseline(baseline), model(std::move(model)) {}

  llvm::Expected<std::vector<Agreement>> judgeBy(Judge &judge, const Choices &choices, size_t step);
  std::vector<double> savings(const llvm::StringMap<int64_t> &sizes) const;

  Baseline &baseline;
  execution::ModelHere model;
  std::vector<ir::Switch> list;
  std::vector<double> saved; // by choices
  AgreementsByChoice single;
  std::function<void(pipeline::Phase, double)> onProgress;
  double runs = 0; // of all data, so far
};

} // namespace llmc::evaluation

#endif
