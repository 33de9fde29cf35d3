// rope.rotate as slices, maps and a concatenation.
#include "Rope.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace llmc;

namespace rope {
#define GEN_PASS_DEF_LOWERROTATE
#include "Passes.h.inc"

/// a * b + c * d, or the difference.
static Value products(OpBuilder &builder, Location location, Value a, Value b, Value c, Value d, bool plus) {
  return ir::MapOp::create(builder, location, ValueRange{a, b, c, d},
                           [plus](OpBuilder &inner, Location place, ValueRange x) -> Value {
                             Value left = arith::MulFOp::create(inner, place, x[0], x[1]);
                             Value right = arith::MulFOp::create(inner, place, x[2], x[3]);
                             if (plus)
                               return arith::AddFOp::create(inner, place, left, right);
                             return arith::SubFOp::create(inner, place, left, right);
                           });
}

static void lower(RotateOp op, ir::DimAnalysis &analysis) {
  OpBuilder builder(op);
  ir::DimVector dims = analysis.dims(op.getInput());
  int64_t axis = dims.size() - 1, half = *dims.back().constant() / 2;
  Value x1 = ir::sliceAxis(builder, op.getLoc(), op.getInput(), dims, axis, 0, half);
  Value x2 = ir::sliceAxis(builder, op.getLoc(), op.getInput(), dims, axis, half, half);
  Value cos = op.getCosines(), sin = op.getSines();
  Value first = products(builder, op.getLoc(), x1, cos, x2, sin, /*plus=*/op.getInverse());
  Value second = products(builder, op.getLoc(), x2, cos, x1, sin, /*plus=*/!op.getInverse());
  Value whole = ir::ConcatOp::create(builder, op.getLoc(), op.getType(), ValueRange{first, second}, axis);
  op.getResult().replaceAllUsesWith(whole);
  analysis.erase(op);
}

struct LowerRotatePass : impl::LowerRotateBase<LowerRotatePass> {
  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<RotateOp> ops(getOperation().getOps<RotateOp>());
    for (RotateOp op : ops)
      lower(op, analysis);
  }
};

} // namespace rope
