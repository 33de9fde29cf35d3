// Walks from a result back to the anchor.
#include "compiler/codegen/kernel/Epilogue.h"

using namespace mlir;

namespace llmc::codegen {
namespace {

using Axes = SmallVector<int64_t>;

class EpilogueWalk {
public:
  EpilogueWalk(KernelFrame &frame, Value anchor) : frame(frame), anchor(anchor) {}

  std::optional<Axes> axesOf(Value result) {
    if (dependsOnAnchor(result))
      return axesThrough(result);
    // What stands before the anchor, or beside it, can be computed anywhere.
    return frame.dims(result) == frame.dims(anchor) ? std::optional<Axes>(identity()) : std::nullopt;
  }

private:
  bool dependsOnAnchor(Value value) {
    auto [known, isNew] = depends.try_emplace(value, value == anchor);
    Operation *op = value.getDefiningOp();
    if (!isNew || value == anchor || !op)
      return known->second;
    bool found = llvm::any_of(op->getOperands(), [&](Value operand) { return dependsOnAnchor(operand); });
    return depends[value] = found;
  }

  /// Of a value that depends on the anchor.
  std::optional<Axes> axesThrough(Value value) {
    if (value == anchor)
      return identity();
    Operation *op = value.getDefiningOp();
    if (auto transpose = dyn_cast<ir::TransposeOp>(op)) {
      auto inner = axesThrough(transpose.getInput());
      if (!inner)
        return std::nullopt;
      Axes axes;
      for (int64_t axis : transpose.getPerm())
        axes.push_back((*inner)[axis]);
      return axes;
    }
    return isa<ir::MapOp>(op) ? axesOfMap(op) : std::nullopt;
  }

  /// All operands that depend on the anchor agree on where they stand.
  std::optional<Axes> axesOfMap(Operation *map) {
    std::optional<Axes> common;
    for (Value operand : map->getOperands()) {
      if (!dependsOnAnchor(operand))
        continue;
      auto axes = axesThrough(operand);
      if (!axes || frame.dims(operand) != frame.dims(map->getResult(0)) || (common && *common != *axes))
        return std::nullopt;
      common = axes;
    }
    return common;
  }

  Axes identity() { return llvm::to_vector(llvm::seq<int64_t>(0, static_cast<int64_t>(frame.dims(anchor).size()))); }

  KernelFrame &frame;
  Value anchor;
  llvm::DenseMap<Value, bool> depends;
};

} // namespace

std::optional<SmallVector<int64_t>> axesAt(KernelFrame &frame, Value result, Value anchor) {
  return EpilogueWalk(frame, anchor).axesOf(result);
}

} // namespace llmc::codegen
