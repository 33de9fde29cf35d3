// A norm may stand behind each sum (x' = norm(x + f(x))) or in front of each branch (x' = x + f(norm(x))). Where a
// layer ends shows from where its first sum is read on.
#include "compiler/passes/pruning/LayerFinder.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/pruning/ResidualStep.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// A sum and what a norm makes of it: the sum, its norms, and those scaled.
using Endings = std::array<SmallVector<Value>, 3>;

Endings endingsOf(Value sum) {
  Endings endings;
  endings[0].push_back(sum);
  for (Operation *user : sum.getUsers())
    if (auto norm = dyn_cast<ir::NormOp>(user); norm && norm.getInput() == sum)
      endings[1].push_back(norm.getResult());
  for (Value norm : endings[1])
    for (Operation *user : norm.getUsers()) {
      bool isScale = isa<ir::MapOp>(user) && user->getResult(0).getType() == sum.getType() &&
                     llvm::all_of(user->getOperands(), [&](Value each) { return each == norm || ir::isKnown(each); });
      if (isScale)
        endings[2].push_back(user->getResult(0));
    }
  return endings;
}

class LayerFinder {
public:
  LayerFinder(func::FuncOp function, ir::DimAnalysis &dims) : dims(dims), steps(residualStepsOf(function)) {
    for (auto [index, step] : llvm::enumerate(steps))
      readFrom[step.from].push_back(index);
  }

  std::vector<Layer> find() {
    llvm::SmallDenseSet<size_t> taken;
    for (size_t first = 0; first < steps.size(); ++first) {
      if (!steps[first].attends || taken.contains(first))
        continue;
      SmallVector<size_t> chain = {first};
      while (!steps[chain.back()].feeds && addNext(chain)) {
      }
      if (!steps[chain.back()].feeds)
        continue;
      taken.insert(chain.begin(), chain.end());
      if (Value out = endOf(chain))
        add(steps[first].from, out);
    }
    return std::move(layers);
  }

private:
  /// The step that reads a sum, or a norm of it, and which of the endings that is.
  struct Next {
    size_t step;
    unsigned ending;
  };

  std::optional<Next> nextOf(size_t step) const {
    for (auto [ending, values] : llvm::enumerate(endingsOf(steps[step].sum)))
      for (Value value : values)
        if (auto found = readFrom.find(value); found != readFrom.end())
          return Next{found->second.front(), static_cast<unsigned>(ending)};
    return std::nullopt;
  }

  /// Behind an attention another one may follow, of an encoder's output for instance, and then a feed-forward.
  bool addNext(SmallVector<size_t> &chain) const {
    std::optional<Next> next = nextOf(chain.back());
    bool fits = next && !(steps[next->step].attends && steps[next->step].feeds);
    if (fits)
      chain.push_back(next->step);
    return fits;
  }

  /// As the sums within the layer end, or those of the layers around; null where that does not show.
  Value endOf(ArrayRef<size_t> chain) {
    std::optional<Next> next = nextOf(chain.size() > 1 ? chain.front() : chain.back());
    if (next)
      ending = next->ending;
    SmallVector<Value> ends = endingsOf(steps[chain.back()].sum)[ending];
    for (Value end : ends)
      if (readFrom.contains(end))
        return end;
    return ends.size() == 1 ? ends.front() : Value();
  }

  void add(Value in, Value out) {
    if (!isLike(in, out) || dims.dims(in) != dims.dims(out))
      return;
    Layer layer = {in, out, {}, {}, {}};
    Operations between = operationsBetween(in, out);
    for (Operation *op : between)
      for (const std::string &name : ir::nodesOf(op->getLoc())) {
        layer.nodes.push_back(name);
        if ((isProduct(op) || isa<ir::AttentionOp>(op)) && !llvm::is_contained(layer.products, name))
          layer.products.push_back(name);
      }
    layer.why = whyItStays(between, out);
    layers.push_back(std::move(layer));
  }

  static std::string whyItStays(const Operations &between, Value out) {
    Operations behind = dependentsOf(out);
    for (Operation *op : between) {
      if (isa<RegionBranchOpInterface>(op))
        return "a branch stands in it";
      if (op == out.getDefiningOp())
        continue;
      for (Operation *user : op->getUsers())
        if (Operation *reader = op->getBlock()->findAncestorOpInBlock(*user);
            !between.contains(reader) && !endsAsOutput(reader, behind))
          return "what it computes is read elsewhere, by " + ir::describeNodes(reader->getLoc());
    }
    return "";
  }

  /// Whether what an operation makes is only an output of the model, as keys and values are that are kept: it may be
  /// moved and mapped, but meets nothing that comes after the layer.
  static bool endsAsOutput(Operation *first, const Operations &behind) {
    Operations readers;
    readers.insert(first);
    for (size_t next = 0; next < readers.size(); ++next) {
      Operation *op = readers[next];
      if (op->hasTrait<OpTrait::IsTerminator>())
        continue;
      if (!isa<ir::MapOp, ir::MovementInterface>(op) || behind.contains(op))
        return false;
      for (Operation *user : op->getUsers())
        readers.insert(op->getBlock()->findAncestorOpInBlock(*user));
    }
    return true;
  }

  ir::DimAnalysis &dims;
  std::vector<ResidualStep> steps;
  llvm::DenseMap<Value, SmallVector<size_t>> readFrom;
  unsigned ending = 0; // of the layer before
  std::vector<Layer> layers;
};

} // namespace

std::vector<Layer> findLayers(func::FuncOp function, ir::DimAnalysis &dims) {
  return LayerFinder(function, dims).find();
}

} // namespace llmc::passes
