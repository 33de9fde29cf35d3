// Sizes through branches and loops, known by MLIR's interface for operations that choose among their regions.
#include "compiler/ir/DimAnalysis.h"

using namespace mlir;

namespace llmc::ir {
namespace {

/// A tensor that control flow brings from several places: an argument of a region, or a result. It has the sizes on
/// which they agree; others are unknown before a run. What is unknown stays so, which is why loops come to an end.
struct JoinedTensor {
  Value tensor;
  SmallVector<OpOperand *> sources;
  DimVector sizes;
  llvm::SmallDenseSet<size_t> unknown; // axes

  /// True when sizes that were known have changed.
  bool take(const DimVector &others, function_ref<DimExpr()> unknownSize) {
    if (sizes.empty())
      sizes = others;
    bool changed = false;
    for (auto [axis, size] : llvm::enumerate(others))
      if (sizes[axis] != size && unknown.insert(axis).second) {
        sizes[axis] = unknownSize();
        changed = true;
      }
    return changed;
  }
};

/// In the order of the values, as unknown sizes are numbered.
std::vector<JoinedTensor> joinedTensors(ValueRange values, const RegionBranchInverseSuccessorMapping &sources) {
  std::vector<JoinedTensor> joined;
  for (Value value : values)
    if (isa<RankedTensorType>(value.getType()))
      joined.push_back({value, sources.lookup(value), {}, {}});
  return joined;
}

} // namespace

/// Loops are visited again until sizes are those of all their rounds.
void DimAnalysis::visitBranches(RegionBranchOpInterface op) {
  RegionBranchInverseSuccessorMapping sources;
  op.getSuccessorInputOperandMapping(sources);
  std::vector<std::vector<JoinedTensor>> arguments;
  for (Region &region : op->getRegions())
    arguments.push_back(joinedTensors(region.getArguments(), sources));
  // What comes from a region is known when that has been visited.
  auto join = [&](std::vector<JoinedTensor> &tensors, unsigned visitedRegions) {
    bool changed = false;
    for (JoinedTensor &joined : tensors) {
      for (OpOperand *source : joined.sources)
        if (Operation *from = source->getOwner();
            from == op || from->getParentRegion()->getRegionNumber() < visitedRegions)
          changed |= joined.take(dims(source->get()), [&] { return opaque(); });
      tensorDims[joined.tensor] = joined.sizes;
    }
    return changed;
  };
  size_t known = collected.size();
  for (bool changed = true; changed;) {
    changed = false;
    collected.resize(known);
    for (auto [number, region] : llvm::enumerate(op->getRegions())) {
      join(arguments[number], number);
      visit(region);
    }
    for (std::vector<JoinedTensor> &tensors : arguments)
      changed |= join(tensors, op->getNumRegions());
  }
  auto results = joinedTensors(op->getResults(), sources);
  join(results, op->getNumRegions());
}

} // namespace llmc::ir
