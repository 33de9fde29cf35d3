#include "compiler/passes/pruning/SinkMoments.h"
#include "compiler/ir/Recipes.h"

using namespace mlir;

namespace llmc::passes {

/// Rows of the weight are groups, perhaps of several elements each, one after the other.
ir::WeightOp SinkMoments::find(const KnownOperand &operand) const {
  auto weight = operand.operand->get().getDefiningOp<ir::GetWeightOp>();
  return weight && operand.isSink() && operand.at.outer == 1 ? byWeight.lookup(weight.getWeight()) : ir::WeightOp();
}

Value SinkMoments::read(OpBuilder &builder, const KnownOperand &operand) const {
  ir::WeightOp moments = find(operand);
  if (!moments)
    return {};
  return ir::readWeight(builder, operand.operand->getOwner()->getLoc(), moments);
}

bool SinkMoments::knowsAll(const GroupedTensors &tensors) const {
  auto sinks = llvm::make_filter_range(tensors.known, [](const KnownOperand &each) { return each.isSink(); });
  return !sinks.empty() && llvm::all_of(sinks, [&](const KnownOperand &each) { return find(each) != nullptr; });
}

} // namespace llmc::passes
