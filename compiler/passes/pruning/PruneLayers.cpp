// Which layers go is decided here, not when weights are written: no size follows from it, but what is left of the
// graph.
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Pruning.h"
#include "compiler/passes/pruning/LayerChange.h"
#include "compiler/passes/pruning/LayerFinder.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PRUNELAYERS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

/// Layers by their numbers.
using Numbers = llvm::SetVector<size_t, SmallVector<size_t>>;

/// Which layers go, and why those.
struct Choice {
  Numbers numbers;
  std::string why;

  void add(ArrayRef<size_t> more, const std::string &reason) {
    if (more.empty())
      return;
    numbers.insert(more.begin(), more.end());
    why += (why.empty() ? "" : "; ") + reason;
  }
};

struct PruneLayersPass : impl::PruneLayersBase<PruneLayersPass> {
  using PruneLayersBase::PruneLayersBase;

  void runOnOperation() override {
    auto spec = PruningSpec::parse(getOperation(), rules);
    if (failed(spec))
      return signalPassFailure();
    wanted = std::move(spec->layers);
    for (auto function : getOperation().getOps<func::FuncOp>())
      if (failed(prune(function)))
        return signalPassFailure();
    if (failed(refuseUnused(getOperation(), wanted.unused(), "no layer that can go has", firstWhy)))
      return signalPassFailure();
    if (!takesSome) {
      getOperation().emitError() << "no layers are pruned" << (tooFew.empty() ? "" : ": ") << tooFew
                                 << "; try: other rules, such as layers=2";
      signalPassFailure();
    }
  }

private:
  LogicalResult prune(func::FuncOp function) {
    ir::DimAnalysis dims(function);
    if (!dims.isValid())
      return failure();
    std::vector<Layer> layers = findLayers(function, dims);
    recordThoseThatStay(function, layers);
    llvm::erase_if(layers, [](const Layer &layer) { return !layer.why.empty(); });
    FailureOr<Choice> choice = choose(layers);
    if (failed(choice))
      return failure();
    takesSome |= !choice->numbers.empty();
    if (marks) {
      if (asksData)
        measureChanges(function, layers);
      return success();
    }
    if (!choice->numbers.empty() && choice->numbers.size() == layers.size())
      return getOperation().emitError() << "all " << layers.size()
                                        << " layers that can go would; try: fewer, or PATTERN:layers=keep for some";
    take(function, layers, *choice);
    return success();
  }

  void recordThoseThatStay(func::FuncOp function, ArrayRef<Layer> layers) {
    for (const Layer &layer : layers) {
      const LayersToGo *rule = wanted.peek(layer.nodes);
      if (layer.why.empty() || !rule || rule->which == LayersToGo::None)
        continue;
      if (firstWhy.empty())
        firstWhy = layer.why;
      ir::recordPruning(function, {"layers", 1, 1, layer.why, layer.products});
    }
  }

  FailureOr<Choice> choose(ArrayRef<Layer> layers) {
    llvm::MapVector<const LayersToGo *, SmallVector<size_t>> byRule;
    for (auto [number, layer] : llvm::enumerate(layers))
      if (const LayersToGo *rule = wanted.find(layer.nodes))
        byRule[rule].push_back(number);
    Choice choice;
    for (auto &[rule, numbers] : byRule)
      if (rule->which == LayersToGo::All)
        choice.add(numbers, "rules name them");
    for (auto &[rule, numbers] : byRule) {
      if (rule->which != LayersToGo::Some)
        continue;
      auto some = least(*rule, numbers, layers);
      if (failed(some))
        return failure();
      choice.add(*some, whyThese(*some));
    }
    return choice;
  }

  /// As many of these layers as a rule wants, those that change least. With `marks` any of them.
  FailureOr<SmallVector<size_t>> least(const LayersToGo &rule, SmallVector<size_t> numbers, ArrayRef<Layer> layers) {
    StringRef text = wanted.textFor(layers[numbers.front()].nodes);
    double all = static_cast<double>(numbers.size());
    auto count = std::llround(rule.amount < 1 ? rule.amount * all : rule.amount);
    if (count > static_cast<int64_t>(numbers.size()))
      return getOperation().emitError() << "\"" << text << "\" takes more layers than the " << numbers.size()
                                        << " that it is for; try: fewer";
    if (count == 0) {
      tooFew = llvm::formatv("{0} are too few to take so small a share of them away", numbers.size());
      return SmallVector<size_t>();
    }
    asksData = true;
    if (!marks) {
      std::optional<ArrayRef<double>> changes = ir::changesIn(getOperation());
      if (!changes || changes->size() != layers.size())
        return getOperation().emitError()
               << "\"" << text << "\" takes the layers away that count least, and only data tell which these are"
               << "; try: --calibration with data, or layers by the names of their nodes: PATTERN:layers=drop";
      llvm::sort(numbers,
                 [&](size_t a, size_t b) { return std::pair((*changes)[a], a) < std::pair((*changes)[b], b); });
    }
    numbers.truncate(static_cast<size_t>(count));
    return numbers;
  }

  std::string whyThese(ArrayRef<size_t> numbers) {
    std::string why = "they change what goes through them least on the calibration data, by ";
    llvm::raw_string_ostream stream(why);
    std::optional<ArrayRef<double>> changes = ir::changesIn(getOperation());
    llvm::interleaveComma(numbers, stream,
                          [&](size_t number) { stream << llvm::format("%.3f", changes ? (*changes)[number] : 0); });
    return why;
  }

  /// In the type of what it stands for.
  static Value inputOf(const Layer &layer) {
    if (layer.in.getType() == layer.out.getType())
      return layer.in;
    OpBuilder builder(layer.out.getDefiningOp());
    return ir::convertEach<arith::ExtFOp>(builder, layer.out.getLoc(), layer.in, builder.getF32Type());
  }

  /// From the last to the first: what one of them reads may be what another one makes.
  void take(func::FuncOp function, MutableArrayRef<Layer> layers, Choice &choice) {
    if (choice.numbers.empty())
      return;
    SmallVector<size_t> numbers = choice.numbers.takeVector();
    llvm::sort(numbers);
    std::vector<std::string> gone;
    for (size_t number : numbers)
      gone.insert(gone.end(), layers[number].products.begin(), layers[number].products.end());
    for (size_t number : llvm::reverse(numbers))
      layers[number].out.replaceAllUsesWith(inputOf(layers[number]));
    auto all = static_cast<int64_t>(layers.size()), left = all - static_cast<int64_t>(numbers.size());
    ir::recordPruning(function, {"layers", left, all, choice.why, gone});
    numPruned += static_cast<unsigned>(numbers.size());
  }

  NodeRules<LayersToGo> wanted;
  bool takesSome = false, asksData = false;
  std::string firstWhy, tooFew; // some stay
};

} // namespace
} // namespace llmc::passes
