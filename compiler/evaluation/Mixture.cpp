// First all is narrow. Where that is too far off, each choice alone tells what it costs; those that cost most for what
// they save become floats, as many as it takes; then the dearest of these are tried again.
#include "compiler/evaluation/Mixture.h"
#include "compiler/evaluation/Judge.h"
#include "compiler/ir/Switches.h"
#include "compiler/support/NodeRules.h"
#include "compiler/support/UsageError.h"
#include "llmc/dtype.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

namespace llmc::evaluation {
namespace {

/// How many runs of all data it may take to find what each choice costs; pieces are left out where there are more.
constexpr size_t kRunsForCosts = 4;
constexpr size_t kMostTriesAgain = 8;
/// Of dim symbols that no input tells.
constexpr int64_t kUsualSize = 128;

/// By choices: true is narrow.
using Choices = std::vector<bool>;

/// By keys, the greatest first; of equal ones the first.
template <typename KeyOf> void sortDown(std::vector<size_t> &places, KeyOf keyOf) {
  llvm::sort(places, [&](size_t a, size_t b) { return keyOf(a) != keyOf(b) ? keyOf(a) > keyOf(b) : a < b; });
}

class MixtureSearch {
public:
  MixtureSearch(execution::Load load, const pipeline::CompileOptions &options, const AccuracyGoal &goal,
                llvm::ArrayRef<ir::Measurements> measured)
      : load(load), options(options), goal(goal), measured(measured) {}

  llvm::Expected<Mixture> run(llvm::ArrayRef<execution::GivenInput> inputs) {
    if (llvm::Error error = openFloats(inputs))
      return std::move(error);
    if (llvm::Error error = openSwitched())
      return std::move(error);
    Choices choices(switches.size(), true);
    auto holds = keepsBudget(choices);
    if (!holds)
      return holds.takeError();
    if (!*holds) {
      if (llvm::Error error = checkFloats())
        return std::move(error);
      if (llvm::Error error = restore(choices))
        return std::move(error);
      if (llvm::Error error = tryAgain(choices))
        return std::move(error);
    }
    return mixtureOf(choices);
  }

private:
  llvm::Error openFloats(llvm::ArrayRef<execution::GivenInput> inputs) {
    pipeline::CompileOptions here = execution::optionsToRunHere(options);
    here.quantization.clear();
    here.pruning.clear();
    auto compilation = load(here);
    if (!compilation)
      return compilation.takeError();
    auto facts = execution::interfaceOf(**compilation);
    if (!facts)
      return facts.takeError();
    auto data =
        execution::SampleData::create(facts->inputs, (*compilation)->sizeRules(), inputs, "the calibration data");
    if (!data)
      return data.takeError();
    if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
      return error;
    auto resolved = execution::interfaceOf(**compilation); // sizes of outputs are formulas only now
    if (!resolved)
      return resolved.takeError();
    auto model = execution::openHere(std::move(*compilation), options.threads);
    if (!model)
      return model.takeError();
    floats.emplace(std::move(*model));
    auto created =
        Judge::create(**floats, resolved->inputs, resolved->outputs, std::move(*data), {goal.mask, options.cancelled});
    if (!created)
      return created.takeError();
    judge.emplace(std::move(*created));
    return llvm::Error::success();
  }

  llvm::Error openSwitched() {
    pipeline::CompileOptions here = execution::optionsToRunHere(options);
    here.switches = true;
    auto compilation = load(here);
    if (!compilation)
      return compilation.takeError();
    ir::addMeasurements((*compilation)->module(), (*compilation)->weights(), measured);
    if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
      return error;
    switches = ir::switchesOf((*compilation)->function());
    auto model = execution::openHere(std::move(*compilation), options.threads);
    if (!model)
      return model.takeError();
    switched.emplace(std::move(*model));
    saved = savings();
    return llvm::Error::success();
  }

  llvm::Expected<std::vector<Agreement>> agreementsFor(const Choices &choices, size_t step = 1) {
    std::vector<char> bytes(choices.begin(), choices.end());
    int64_t count = static_cast<int64_t>(bytes.size());
    llmc_tensor tensor = {sizeof(llmc_tensor), LLMC_DTYPE_BOOL, 1, &count, bytes.data(), bytes.size(), 0};
    auto agreements = judge->judge(**switched, choices.empty() ? llvm::ArrayRef<llmc_tensor>() : tensor, step);
    runs += 1 / double(step);
    options.onProgress(pipeline::Phase::Calibration, runs / (runs + double(kRunsForCosts)));
    return agreements;
  }

  /// Remembers the value of the metric: the last mixture that keeps the budget is the one that is taken.
  llvm::Expected<bool> keepsBudget(const Choices &choices) {
    auto agreements = agreementsFor(choices);
    if (!agreements)
      return agreements.takeError();
    auto value = worstFor(goal.budget, *agreements);
    if (!value)
      return value.takeError();
    last = *value;
    bool holds = goal.budget.holds(last);
    if (holds)
      reached = last;
    return holds;
  }

  llvm::Error checkFloats() {
    auto holds = keepsBudget(Choices(switches.size(), false));
    if (!holds)
      return holds.takeError();
    if (*holds)
      return llvm::Error::success();
    bool isPruned = !options.pruning.empty();
    return usageError(llvm::Twine("the accuracy budget ") + goal.budget.text() +
                      " can't be kept: " + (isPruned ? "pruned" : "with all products as floats") + ", the model has " +
                      std::to_string(last) + (isPruned ? "; try: to prune less" : "; try: another bound"));
  }

  /// What a choice costs is noise: that of several adds up, whatever the metric.
  llvm::Expected<std::vector<double>> costs() {
    size_t affordable = std::max<size_t>(judge->pieceCount() * kRunsForCosts / std::max<size_t>(switches.size(), 1), 1);
    size_t step = std::max<size_t>(judge->pieceCount() / affordable, 1);
    std::vector<double> result;
    for (size_t i = 0; i < switches.size(); ++i) {
      Choices alone(switches.size(), false);
      alone[i] = true;
      auto agreements = agreementsFor(alone, step);
      if (!agreements)
        return agreements.takeError();
      double error = worstOf(*agreements, Metric::Error).value_or(0);
      result.push_back(std::isnan(error) ? HUGE_VAL : error * error);
    }
    return result;
  }

  /// Arithmetic and memory that a choice saves, in numbers.
  std::vector<double> savings() {
    llvm::StringMap<int64_t> sizes = judge->sizes();
    std::vector<double> result;
    for (const ir::Switch &each : switches) {
      auto flops = each.flops.evaluate([&](llvm::StringRef symbol) -> std::optional<int64_t> {
        auto known = sizes.find(symbol);
        return known == sizes.end() ? kUsualSize : known->second;
      });
      result.push_back(1 + double(flops.value_or(0)) + double(each.numbers));
    }
    return result;
  }

  /// Makes as many choices floats, the worst ones first, as it takes to keep the budget.
  llvm::Error restore(Choices &choices) {
    auto cost = costs();
    if (!cost)
      return cost.takeError();
    std::vector<size_t> order(switches.size());
    std::iota(order.begin(), order.end(), 0);
    sortDown(order, [&](size_t each) { return (*cost)[each] / saved[each]; });
    auto withFloats = [&](size_t count) {
      Choices some(switches.size(), true);
      for (size_t each : llvm::ArrayRef(order).take_front(count))
        some[each] = false;
      return some;
    };
    size_t tooFew = 0, enough = switches.size();
    while (enough - tooFew > 1) {
      size_t middle = (tooFew + enough) / 2;
      auto holds = keepsBudget(withFloats(middle));
      if (!holds)
        return holds.takeError();
      (*holds ? enough : tooFew) = middle;
    }
    choices = withFloats(enough);
    return llvm::Error::success();
  }

  /// Those that save most may be narrow after all, since others are floats now.
  llvm::Error tryAgain(Choices &choices) {
    std::vector<size_t> restored;
    for (size_t i = 0; i < choices.size(); ++i)
      if (!choices[i])
        restored.push_back(i);
    sortDown(restored, [&](size_t each) { return saved[each]; });
    for (size_t each : llvm::ArrayRef(restored).take_front(std::min(restored.size(), kMostTriesAgain))) {
      choices[each] = true;
      auto holds = keepsBudget(choices);
      if (!holds)
        return holds.takeError();
      choices[each] = *holds;
    }
    return llvm::Error::success();
  }

  Mixture mixtureOf(const Choices &choices) {
    Mixture mixture = {options.quantization, {}, switches.size(), reached};
    for (auto [isNarrow, each] : llvm::zip_equal(choices, switches))
      if (!isNarrow)
        for (const std::string &node : each.nodes) {
          mixture.floats.push_back(node);
          mixture.rules.push_back(patternFor(node) + "=float");
        }
    return mixture;
  }

  execution::Load load;
  const pipeline::CompileOptions &options;
  const AccuracyGoal &goal;
  llvm::ArrayRef<ir::Measurements> measured;
  std::optional<execution::ModelHere> floats, switched;
  std::vector<ir::Switch> switches;
  std::optional<Judge> judge;
  std::vector<double> saved;    // by choices
  double last = 0, reached = 0; // of the metric
  double runs = 0;              // of all data, so far
};

} // namespace

llvm::Expected<Mixture> findMixture(execution::Load load, const pipeline::CompileOptions &options,
                                    llvm::ArrayRef<execution::GivenInput> inputs, const AccuracyGoal &goal,
                                    llvm::ArrayRef<ir::Measurements> measured) {
  return MixtureSearch(load, options, goal, measured).run(inputs);
}

} // namespace llmc::evaluation
