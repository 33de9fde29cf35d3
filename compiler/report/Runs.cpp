#include "compiler/report/Runs.h"
#include "compiler/report/Timing.h"
#include "llvm/TargetParser/Host.h"
#include <cmath>
#include <thread>

namespace llmc::report {
namespace {

using evaluation::Agreement;
using evaluation::Metric;

/// Of the curve, where a search tried fewer.
constexpr size_t kLeastPoints = 6;
/// Of the data, where no search has run mixtures on all of them: as many tell what a curve shows.
constexpr size_t kPiecesForCurve = 4;
/// Of a curve where there is no budget: it is 0 for floats, and grows as numbers become narrower.
constexpr Metric kUsualMetric = Metric::Error;

std::optional<double> finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

Point pointOf(const evaluation::TriedMixture &mixture) {
  return {mixture.floats, mixture.saved, finite(mixture.value)};
}

class Runner {
public:
  explicit Runner(const Subject &subject) : subject(subject), options(subject.options) {}

  llvm::Expected<Runs> run() {
    if (subject.switched && !subject.switched->switches().empty())
      if (llvm::Error error = judgeChoices())
        return std::move(error);
    if (llvm::Error error = subject.isChanged ? runChanged() : time(subject.baseline.model(), nullptr))
      return std::move(error);
    return std::move(runs);
  }

private:
  llvm::Error judgeChoices() {
    auto alone = subject.switched->alone();
    if (!alone)
      return alone.takeError();
    for (auto [each, agreements] : llvm::zip_equal(subject.switched->switches(), **alone))
      runs.alone.push_back({each.nodes, distanceOf(agreements)});
    bool hasMetric = subject.budget || evaluation::worstOf((*alone)->front(), kUsualMetric);
    return hasMetric ? drawCurve() : llvm::Error::success(); // whole numbers, for instance, have none
  }

  /// Whatever a search tried, and as many mixtures in between as it takes to see how accuracy falls.
  llvm::Error drawCurve() {
    evaluation::SwitchedModel &switched = *subject.switched;
    evaluation::Budget budget = subject.budget.value_or(evaluation::Budget{kUsualMetric, 0});
    std::vector<evaluation::TriedMixture> tried;
    if (subject.mixture)
      tried = subject.mixture->tried;
    size_t step = subject.mixture ? 1 : std::max<size_t>(switched.pieceCount() / kPiecesForCurve, 1);
    if (tried.size() < kLeastPoints)
      if (llvm::Error error = evaluation::tryBetween(switched, budget, kLeastPoints - tried.size(), step, tried))
        return error;
    const evaluation::MetricInfo &metric = evaluation::infoOf(budget.metric);
    Curve curve = {metric.name, metric.meaning, metric.moreIsBetter, std::nullopt, switched.switches().size(), {}, {}};
    for (const evaluation::TriedMixture &each : tried)
      curve.tried.push_back(pointOf(each));
    if (subject.mixture) {
      curve.bound = subject.budget->bound;
      curve.chosen = Point{subject.mixture->floatChoices, subject.mixture->saved, subject.mixture->reached};
    }
    runs.curve = std::move(curve);
    return llvm::Error::success();
  }

  llvm::Error runChanged() {
    pipeline::CompileOptions here = execution::optionsToRunHere(options);
    here.pipeline = options.pipeline;
    here.decisions = options.decisions;
    auto compilation = subject.load(here);
    if (!compilation)
      return compilation.takeError();
    ir::addMeasurements((*compilation)->module(), (*compilation)->weights(), subject.measured);
    if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
      return error;
    ModelLayers layers = layersOf(**compilation);
    auto model = execution::openHere(std::move(*compilation), options.threads);
    if (!model)
      return model.takeError();
    auto agreements = subject.baseline.judge().judge(**model);
    if (!agreements)
      return agreements.takeError();
    for (const Agreement &each : *agreements)
      runs.outputs.push_back({each.name().str(), distanceOf(each)});
    return time(**model, &layers);
  }

  /// Beside the baseline, where it is another model: `layers` are those of the model then.
  llvm::Error time(const execution::OpenModel &model, const ModelLayers *layers) {
    if (!subject.canTime)
      return llvm::Error::success();
    llvm::SmallVector<const execution::OpenModel *> models = {&model};
    if (layers)
      models.push_back(&subject.baseline.model());
    std::vector<llmc_tensor> inputs = subject.baseline.data().piece(0);
    auto result = race(models, inputs, options.cancelled);
    if (!result)
      return result.takeError();
    Times times;
    auto described = model.describe();
    if (!described)
      return described.takeError();
    times.cpu = llvm::sys::getHostCPUName().str();
    times.level = described->cpu;
    times.threads = options.threads ? options.threads : std::thread::hardware_concurrency();
    times.runs = result->runs;
    for (auto [declared, input] : llvm::zip_equal(subject.baseline.inputs(), inputs))
      times.inputs.push_back({declared.name, {input.dims, input.dims + input.rank}});
    runs.timed = layers ? *layers : subject.floats;
    times.layers.resize(runs.timed.list.size());
    times.run.now = result->models[0].run;
    add(result->models[0].kernels, runs.timed, &Duration::now, times);
    if (layers) {
      times.run.floats = result->models[1].run;
      add(result->models[1].kernels, subject.floats, &Duration::floats, times);
      add(result->models[1].usualOfKernels, subject.floats, &Duration::usualFloats, times);
    }
    runs.times = std::move(times);
    return llvm::Error::success();
  }

  /// Kernels of a model, to the layers of the model that is timed.
  void add(llvm::ArrayRef<double> kernels, const ModelLayers &layers, std::optional<double> Duration::*part,
           Times &times) {
    for (auto [seconds, owner] : llvm::zip_equal(kernels, layers.ofKernel)) {
      const Layer *layer = owner < 0 ? nullptr : runs.timed.find(layers.list[static_cast<size_t>(owner)].nodes);
      Duration &duration = layer ? times.layers[static_cast<size_t>(layer - runs.timed.list.data())] : times.rest;
      duration.*part = (duration.*part).value_or(0) + seconds;
    }
  }

  const Subject &subject;
  const pipeline::CompileOptions &options;
  Runs runs;
};

} // namespace

Distance distanceOf(llvm::ArrayRef<Agreement> agreements) {
  Distance distance;
  for (const Agreement &each : agreements) {
    distance.brokenRows += each.brokenRows();
    distance.boundlessRows += each.boundlessRows();
    if (!each.hasFloats())
      distance.equalShare = std::min(distance.equalShare.value_or(1), each.equalShare());
  }
  auto worst = [&](Metric metric) { return finite(evaluation::worstOf(agreements, metric)); };
  distance.cosine = worst(Metric::Cosine);
  distance.leastCosine = worst(Metric::LeastCosine);
  distance.maxAbsolute = worst(Metric::MaxAbsolute);
  distance.sqnr = worst(Metric::Sqnr);
  return distance;
}

llvm::Expected<Runs> runAll(const Subject &subject) { return Runner(subject).run(); }

} // namespace llmc::report
