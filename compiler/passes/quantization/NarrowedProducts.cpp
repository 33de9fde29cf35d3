#include "compiler/passes/quantization/NarrowedProducts.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/quantization/FloatMaps.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

static Value narrowWeight(OpBuilder &builder, ir::GetWeightOp weight, ir::Recipes &recipes) {
  return recipes.append(builder, weight, "bf16", [&](OpBuilder &inner, Value whole) {
    return convertEach<arith::TruncFOp>(inner, weight.getLoc(), whole, inner.getBF16Type());
  });
}

Value narrowProduct(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes) {
  if (!getElementTypeOrSelf(weight.getType()).isF32())
    return {};
  Value left = convertEach<arith::TruncFOp>(builder, op.getLoc(), op.getLhs(), builder.getBF16Type());
  auto product = ir::MatmulOp::create(builder, op.getLoc(), left, narrowWeight(builder, weight, recipes),
                                      /*unsigned_lhs=*/false, /*unsigned_rhs=*/false, /*wide=*/true);
  ir::keepBlocks(op, product);
  return product;
}

Value narrowRows(OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes) {
  auto weight = op.getData().getDefiningOp<ir::GetWeightOp>();
  if (!weight || !getElementTypeOrSelf(weight.getType()).isF32())
    return {};
  Value rows =
      ir::GatherOp::create(builder, op.getLoc(), narrowWeight(builder, weight, recipes), op.getIndices(), op.getAxis());
  return convertEach<arith::ExtFOp>(builder, op.getLoc(), rows, builder.getF32Type());
}

} // namespace llmc::passes
