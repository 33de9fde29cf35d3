// Gathers what a report tells, along a compilation.
#ifndef LLMC_COMPILER_REPORT_REPORTER_H
#define LLMC_COMPILER_REPORT_REPORTER_H

#include "compiler/report/ReportFile.h"
#include "compiler/report/Roundings.h"
#include "compiler/report/Runs.h"

namespace llmc::report {

/// What was opened to run the model in this process; none: there are no data.
struct Opened {
  SampleFacts samples;
  evaluation::Baseline *baseline = nullptr;
  evaluation::SwitchedModel *switched = nullptr; // null: nothing is quantized
  std::optional<evaluation::Budget> budget;
  std::optional<evaluation::Mixture> mixture; // what the budget came to
};

/// Called once each, in this order. The artefact does not depend on it.
class Reporter {
public:
  /// `options` are those that were given.
  Reporter(ReportFile file, std::vector<Option> options) : file(std::move(file)) { facts.options = std::move(options); }

  /// Before the compilation with `options`, which will have what is measured: other compilations tell what the model is
  /// as floats, and, with data, how far results are from those, and what takes how long.
  llvm::Error study(execution::Load load, const pipeline::CompileOptions &options,
                    llvm::ArrayRef<ir::Measurements> measured, const Opened &opened);
  /// Looks at the recipes of the compilation that will have these options.
  void watch(pipeline::CompileOptions &options);
  /// Once it has its kernels.
  llvm::Error describe(pipeline::Compilation &compilation);
  /// Once it has been written.
  llvm::Error write(const pipeline::Compilation::WrittenArtefact &artefact);

private:
  void describeLayer(Layer &layer);
  void addTimes();
  void tellMissing(const pipeline::CompileOptions &options, const Opened &opened);

  ReportFile file;
  Report facts;
  bool isQuantized = false;
  std::optional<ModelLayers> floats; // of the model as it was
  std::optional<Runs> runs;
  std::string budgetText;
  std::vector<std::string> keptByBudget; // nodes
  Roundings roundings;
  std::vector<LayerWeight> weights; // of the layers
};

} // namespace llmc::report

#endif
