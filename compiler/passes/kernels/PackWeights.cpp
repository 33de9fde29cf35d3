// Products with weights read them in panels. A panel's layout serves every instruction set, so nothing here depends on
// the target.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

struct PackWeightsPass : impl::PackWeightsBase<PackWeightsPass> {
  using PackWeightsBase::PackWeightsBase;

  void runOnOperation() override {
    ir::Recipes recipes(getOperation());
    SmallVector<ir::MatmulOp> products;
    getOperation().walk(
        [&](func::FuncOp function) { function.walk([&](ir::MatmulOp op) { products.push_back(op); }); });
    for (ir::MatmulOp op : products)
      pack(op, recipes);
  }

private:
  void pack(ir::MatmulOp op, ir::Recipes &recipes) {
    auto weight = op.getRhs().getDefiningOp<ir::GetWeightOp>();
    auto type = cast<RankedTensorType>(op.getRhs().getType());
    if (!weight || type.getRank() != 2 || type.getNumElements() == 0)
      return;
    // Instructions that multiply bytes take four at once.
    int64_t group = type.getElementType().isInteger(8) ? 4 : 1;
    OpBuilder builder(op);
    Value packed = recipes.append(builder, weight, "packed", [&](OpBuilder &inner, Value matrix) -> Value {
      return ir::PackOp::create(inner, op.getLoc(), matrix, panel, group);
    });
    Value product = ir::PackedMatmulOp::create(builder, op.getLoc(), op.getLhs(), packed, type.getDimSize(1),
                                               op.getUnsignedLhs(), op.getUnsignedRhs());
    product.setType(op.getType());
    op.replaceAllUsesWith(product);
    op.erase();
    ++numPacked;
  }
};

} // namespace
} // namespace llmc::passes
