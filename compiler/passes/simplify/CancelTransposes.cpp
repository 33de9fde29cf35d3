#include "compiler/passes/simplify/CancelTransposes.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

static bool undoes(ArrayRef<int64_t> second, ArrayRef<int64_t> first) {
  return llvm::all_of(llvm::enumerate(second),
                      [&](auto axis) { return first[axis.value()] == static_cast<int64_t>(axis.index()); });
}

/// The only operand of a map that is no constant or weight, if it has the sizes of the result; null where there is
/// none.
static Value onlyUnknown(ir::MapOp map, ir::DimAnalysis &analysis) {
  Value only;
  for (Value input : map.getInputs()) {
    if (ir::isKnown(input))
      continue;
    if (only && only != input)
      return {};
    only = input;
  }
  return only && analysis.dims(only) == analysis.dims(map.getResult()) ? only : Value();
}

/// Whether a transpose by `perm` would undo one that lies before a tensor.
static bool leadsToInverse(Value tensor, ArrayRef<int64_t> perm, ir::DimAnalysis &analysis) {
  while (auto map = tensor.getDefiningOp<ir::MapOp>()) {
    tensor = map->hasOneUse() ? onlyUnknown(map, analysis) : Value();
    if (!tensor)
      return false;
  }
  auto transpose = tensor.getDefiningOp<ir::TransposeOp>();
  return transpose && undoes(perm, transpose.getPerm());
}

/// What broadcasts to a tensor of so many axes, transposed with it.
static Value transposedOperand(OpBuilder &builder, Location loc, Value operand, ArrayRef<int64_t> perm,
                               ir::DimAnalysis &analysis) {
  ir::DimVector dims = analysis.dims(operand);
  if (dims.empty())
    return operand;
  if (dims.size() < perm.size()) {
    dims.insert(dims.begin(), perm.size() - dims.size(), ir::DimExpr(1));
    operand = ir::reshapeTo(builder, loc, operand, dims);
  }
  return ir::transposeBy(builder, loc, operand, perm);
}

Value moveBeforeMap(ir::TransposeOp op, ir::DimAnalysis &analysis) {
  auto map = op.getInput().getDefiningOp<ir::MapOp>();
  if (!map || !leadsToInverse(op.getInput(), op.getPerm(), analysis))
    return {};
  OpBuilder builder(op);
  IRMapping operands;
  for (Value input : map.getInputs())
    if (!operands.contains(input))
      operands.map(input, transposedOperand(builder, map.getLoc(), input, op.getPerm(), analysis));
  Operation *moved = builder.clone(*map, operands);
  moved->getResult(0).setType(op.getType());
  return moved->getResult(0);
}

} // namespace llmc::passes
