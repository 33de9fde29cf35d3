// Softmax and norms keep the sizes of their input.
#include "compiler/ir/Cost.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult SoftmaxOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  return success();
}

AnchorKind SoftmaxOp::getAnchorKind() { return AnchorKind::RowReduction; }
StringRef SoftmaxOp::getTitle() { return "softmax"; }
DimExpr SoftmaxOp::flops(DimAnalysis &dims) { return elementsOf(getInput(), dims) * 5; }
Reading SoftmaxOp::getReading(OpOperand &) { return Reading::Passes; }
bool SoftmaxOp::keepsPosition(OpOperand &) { return true; }

/// Along another axis: swap it with the last, there and back.
Value SoftmaxOp::normalize(OpBuilder &builder, DimAnalysis &) {
  int64_t rank = getType().getRank(), axis = getAxis();
  if (axis == rank - 1)
    return {};
  SmallVector<int64_t> perm = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  std::swap(perm[axis], perm[rank - 1]);
  Value moved = transposeBy(builder, getLoc(), getInput(), perm);
  return transposeBy(builder, getLoc(), SoftmaxOp::create(builder, getLoc(), moved, rank - 1), perm);
}

LogicalResult NormOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  for (Value operand : {op.getScale(), op.getBias()}) { // C2
    if (!operand)
      continue;
    DimVector dims = oracle.dims(operand);
    if (dims.size() > result.dims.size() || getElementTypeOrSelf(operand) != result.elementType)
      return oracle.fail("scale and bias must broadcast to the input and have its element type");
    for (auto [axis, size] : llvm::enumerate(dims)) {
      const DimExpr &whole = result.dims[result.dims.size() - dims.size() + axis];
      if (!size.isConstant(1) &&
          failed(oracle.require(DimRelation::Equal, size, whole, "scale or bias does not fit the input")))
        return failure();
    }
  }
  return success();
}

AnchorKind NormOp::getAnchorKind() { return AnchorKind::RowReduction; }
StringRef NormOp::getTitle() { return getKind() == NormKind::Layer ? "layer norm" : "rms norm"; }
DimExpr NormOp::flops(DimAnalysis &dims) {
  int64_t each = getKind() == NormKind::Layer ? 6 : 4;
  each += (getScale() ? 1 : 0) + (getBias() ? 1 : 0);
  return elementsOf(getInput(), dims) * each;
}
static bool isInput(OpOperand &operand) { return operand.getOperandNumber() == 0; }
Reading NormOp::getReading(OpOperand &operand) { return isInput(operand) ? Reading::Passes : Reading::Stored; }
bool NormOp::keepsPosition(OpOperand &operand) { return isInput(operand); }

/// Over several axes: one axis of all their elements.
Value NormOp::normalize(OpBuilder &builder, DimAnalysis &analysis) {
  DimVector dims = analysis.dims(getInput());
  size_t axis = getAxis();
  if (axis == dims.size() - 1)
    return {};
  Location loc = getLoc();
  DimVector whole(dims.begin() + axis, dims.end()), flat(dims.begin(), dims.begin() + axis);
  flat.push_back(product(whole));
  auto flatten = [&](Value operand) -> Value {
    if (!operand)
      return {};
    DimVector sizes = analysis.dims(operand);
    DimVector spread(dims.end() - std::max(sizes.size(), whole.size()), dims.end());
    Value full = sizes == spread ? operand : expandTo(builder, loc, operand, spread);
    DimVector target(spread.begin(), spread.end() - whole.size());
    target.push_back(flat.back());
    return reshapeTo(builder, loc, full, target);
  };
  Value input = reshapeTo(builder, loc, getInput(), flat);
  Value norm = NormOp::create(builder, loc, input.getType(), getKindAttr(), input, flatten(getScale()),
                              flatten(getBias()), builder.getI64IntegerAttr(axis), getEpsilonAttr());
  return reshapeTo(builder, loc, norm, dims);
}

} // namespace llmc::ir
