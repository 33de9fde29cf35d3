// Rewrites anchors into the forms that schedules take. All sizes are known as formulas here.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_NORMALIZEANCHORS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

Value transpose(OpBuilder &builder, Location location, Value tensor, ArrayRef<int64_t> perm) {
  return ir::TransposeOp::create(builder, location, tensor, builder.getDenseI64ArrayAttr(perm));
}

void replace(Operation *op, Value value, ir::DimAnalysis &analysis) {
  value.setType(op->getResult(0).getType());
  op->getResult(0).replaceAllUsesWith(value);
  analysis.erase(op);
}

/// Softmax along another axis: swap it with the last, there and back.
void normalize(ir::SoftmaxOp op, ir::DimAnalysis &analysis) {
  int64_t rank = op.getType().getRank(), axis = op.getAxis();
  if (axis == rank - 1)
    return;
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[axis], perm[rank - 1]);
  OpBuilder builder(op);
  Value moved = transpose(builder, op.getLoc(), op.getInput(), perm);
  Value softmax = ir::SoftmaxOp::create(builder, op.getLoc(), moved, rank - 1);
  replace(op, transpose(builder, op.getLoc(), softmax, perm), analysis);
}

/// A norm over several axes: one axis of all their elements.
void normalize(ir::NormOp op, ir::DimAnalysis &analysis) {
  ir::DimVector dims = analysis.dims(op.getInput());
  size_t axis = op.getAxis();
  if (axis == dims.size() - 1)
    return;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  ir::DimVector whole(dims.begin() + axis, dims.end()), flat(dims.begin(), dims.begin() + axis);
  flat.push_back(ir::product(whole));
  auto flatten = [&](Value operand) -> Value {
    if (!operand)
      return {};
    ir::DimVector sizes = analysis.dims(operand);
    ir::DimVector spread(dims.end() - std::max(sizes.size(), whole.size()), dims.end());
    Value full = sizes == spread ? operand : ir::expandTo(builder, loc, operand, spread);
    ir::DimVector target(spread.begin(), spread.end() - whole.size());
    target.push_back(flat.back());
    return ir::reshapeTo(builder, loc, full, target);
  };
  Value input = ir::reshapeTo(builder, loc, op.getInput(), flat);
  Value norm = ir::NormOp::create(builder, loc, input.getType(), op.getKindAttr(), input, flatten(op.getScale()),
                                  flatten(op.getBias()), builder.getI64IntegerAttr(axis), op.getEpsilonAttr());
  replace(op, ir::reshapeTo(builder, loc, norm, dims), analysis);
}

/// conv(x, w) = transpose(unfold(x) * w'), where w' is the filters as columns.
void normalize(ir::ConvOp op, ir::DimAnalysis &analysis) {
  auto filterType = cast<RankedTensorType>(op.getFilter().getType());
  if (op.getGroups() != 1 || !filterType.hasStaticShape())
    return;
  OpBuilder builder(op);
  Location loc = op.getLoc();
  ArrayRef<int64_t> window = filterType.getShape().drop_front(2);
  int64_t filters = filterType.getDimSize(0), depth = filterType.getNumElements() / std::max<int64_t>(filters, 1);
  if (filters == 0 || depth == 0)
    return;
  Value windows =
      ir::UnfoldOp::create(builder, loc, op.getInput(), builder.getDenseI64ArrayAttr(window), op.getStridesAttr(),
                           op.getDilationsAttr(), op.getPadLowAttr(), op.getPadHighAttr());
  Value matrix = ir::reshapeTo(builder, loc, op.getFilter(), {filters, depth});
  Value columns = transpose(builder, loc, matrix, {1, 0});
  Value product = ir::MatmulOp::create(builder, loc, windows, columns);
  int64_t rank = filterType.getRank();
  SmallVector<int64_t> perm = {0, rank - 1};
  for (int64_t axis = 1; axis < rank - 1; ++axis)
    perm.push_back(axis);
  replace(op, transpose(builder, loc, product, perm), analysis);
}

/// [.., M, K] x [K, N]: all rows in one matrix.
void flattenRows(ir::MatmulOp op, ir::DimAnalysis &analysis) {
  ir::DimVector lhs = analysis.dims(op.getLhs()), result = analysis.dims(op.getResult());
  if (cast<RankedTensorType>(op.getRhs().getType()).getRank() != 2 || lhs.size() == 2)
    return;
  OpBuilder builder(op);
  ir::DimExpr rows = ir::product(ArrayRef<ir::DimExpr>(lhs).drop_back());
  Value flat = ir::reshapeTo(builder, op.getLoc(), op.getLhs(), {rows, lhs.back()});
  Value product = ir::MatmulOp::create(builder, op.getLoc(), flat, op.getRhs());
  replace(op, ir::reshapeTo(builder, op.getLoc(), product, result), analysis);
}

struct NormalizeAnchorsPass : impl::NormalizeAnchorsBase<NormalizeAnchorsPass> {
  void runOnOperation() override {
    {
      ir::DimAnalysis analysis(getOperation());
      if (!analysis.isValid())
        return signalPassFailure();
      for (Operation &op : llvm::make_early_inc_range(getOperation().getBody().front())) {
        if (auto softmax = dyn_cast<ir::SoftmaxOp>(op))
          normalize(softmax, analysis);
        else if (auto norm = dyn_cast<ir::NormOp>(op))
          normalize(norm, analysis);
        else if (auto conv = dyn_cast<ir::ConvOp>(op))
          normalize(conv, analysis);
      }
    }
    ir::DimAnalysis analysis(getOperation()); // convolutions have become products
    for (Operation &op : llvm::make_early_inc_range(getOperation().getBody().front()))
      if (auto matmul = dyn_cast<ir::MatmulOp>(op))
        flattenRows(matmul, analysis);
  }
};

} // namespace
} // namespace llmc::passes
