// First all is narrow. Where that is too far off, each choice alone tells what it costs; those that cost most for what
// they save become floats, as many as it takes; then the dearest of these are tried again.
#include "compiler/evaluation/Mixture.h"
#include "compiler/support/NodeRules.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::evaluation {
namespace {

constexpr size_t kMostTriesAgain = 8;

Choices withFloats(const SwitchedModel &switched, llvm::ArrayRef<size_t> floats) {
  Choices choices = switched.all(true);
  for (size_t each : floats)
    choices[each] = false;
  return choices;
}

llvm::Expected<TriedMixture> tryMixture(SwitchedModel &switched, const Choices &choices, const Budget &budget,
                                        size_t step = 1) {
  auto agreements = switched.judge(choices, step);
  if (!agreements)
    return agreements.takeError();
  auto value = worstFor(budget, *agreements);
  if (!value)
    return value.takeError();
  auto floats = static_cast<size_t>(llvm::count(choices, false));
  return TriedMixture{floats, switched.savedBy(choices), *value};
}

class MixtureSearch {
public:
  MixtureSearch(SwitchedModel &switched, const pipeline::CompileOptions &options, const Budget &budget)
      : switched(switched), options(options), budget(budget) {}

  llvm::Expected<Mixture> run() {
    Choices choices = switched.all(true);
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
  /// Remembers the value of the metric: the last mixture that keeps the budget is the one that is taken.
  llvm::Expected<bool> keepsBudget(const Choices &choices) {
    auto mixture = tryMixture(switched, choices, budget);
    if (!mixture)
      return mixture.takeError();
    tried.push_back(*mixture);
    bool holds = budget.holds(mixture->value);
    if (holds)
      reached = mixture->value;
    return holds;
  }

  llvm::Error checkFloats() {
    auto holds = keepsBudget(switched.all(false));
    if (!holds)
      return holds.takeError();
    if (*holds)
      return llvm::Error::success();
    bool isPruned = !options.pruning.empty(), hasNarrowCaches = switched.hasNarrowCaches();
    return usageError(llvm::Twine("the accuracy budget ") + budget.text() +
                      " can't be kept: " + (isPruned ? "pruned" : "with all products as floats") +
                      (hasNarrowCaches ? " and with narrow caches" : "") + ", the model has " +
                      std::to_string(tried.back().value) + "; try: " + (isPruned ? "to prune less" : "another bound") +
                      (hasNarrowCaches ? ", or caches=float" : ""));
  }

  /// Makes as many choices floats, the worst ones first, as it takes to keep the budget.
  llvm::Error restore(Choices &choices) {
    auto order = switched.dearestFirst();
    if (!order)
      return order.takeError();
    auto first = [&](size_t count) { return withFloats(switched, llvm::ArrayRef(*order).take_front(count)); };
    size_t tooFew = 0, enough = order->size();
    while (enough - tooFew > 1) {
      size_t middle = (tooFew + enough) / 2;
      auto holds = keepsBudget(first(middle));
      if (!holds)
        return holds.takeError();
      (*holds ? enough : tooFew) = middle;
    }
    choices = first(enough);
    return llvm::Error::success();
  }

  /// Those that save most may be narrow after all, since others are floats now.
  llvm::Error tryAgain(Choices &choices) {
    std::vector<size_t> restored;
    for (size_t i = 0; i < choices.size(); ++i)
      if (!choices[i])
        restored.push_back(i);
    auto key = [&](size_t each) { return std::pair(-switched.savedBy(each), each); };
    llvm::sort(restored, [&](size_t a, size_t b) { return key(a) < key(b); });
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
    Mixture mixture;
    mixture.rules = options.quantization;
    mixture.choices = choices.size();
    mixture.floatChoices = static_cast<size_t>(llvm::count(choices, false));
    mixture.reached = reached;
    mixture.saved = switched.savedBy(choices);
    mixture.tried = std::move(tried);
    for (auto [isNarrow, each] : llvm::zip_equal(choices, switched.switches()))
      if (!isNarrow)
        for (const std::string &node : each.nodes) {
          mixture.floats.push_back(node);
          mixture.rules.push_back(patternFor(node) + "=float");
        }
    return mixture;
  }

  SwitchedModel &switched;
  const pipeline::CompileOptions &options;
  const Budget &budget;
  double reached = 0; // of the metric
  std::vector<TriedMixture> tried;
};

} // namespace

llvm::Expected<Mixture> findMixture(SwitchedModel &switched, const pipeline::CompileOptions &options,
                                    const Budget &budget) {
  return MixtureSearch(switched, options, budget).run();
}

llvm::Error tryBetween(SwitchedModel &switched, const Budget &budget, size_t count, size_t step,
                       std::vector<TriedMixture> &tried) {
  auto order = switched.dearestFirst();
  if (!order)
    return order.takeError();
  for (size_t i = 0; i <= count + 1; ++i) {
    Choices choices = withFloats(switched, llvm::ArrayRef(*order).take_front(order->size() * i / (count + 1)));
    auto floats = static_cast<size_t>(llvm::count(choices, false));
    double saved = switched.savedBy(choices);
    if (llvm::any_of(tried, [&](const TriedMixture &each) { return each.floats == floats && each.saved == saved; }))
      continue;
    auto mixture = tryMixture(switched, choices, budget, step);
    if (!mixture)
      return mixture.takeError();
    tried.push_back(*mixture);
  }
  return llvm::Error::success();
}

} // namespace llmc::evaluation
