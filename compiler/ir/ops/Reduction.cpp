// Reductions: sizes along the axes become 1, but for running sums.
#include "compiler/ir/Cost.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ops/RegionSyntax.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult ReduceOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  int64_t previous = -1;
  for (int64_t axis : op.getAxes()) { // C1
    if (axis <= previous || axis >= static_cast<int64_t>(result.dims.size()))
      return oracle.fail("axes must be ascending and within the rank");
    result.dims[axis] = 1;
    previous = axis;
  }
  result.elementType = op.getInit().getType();
  return success();
}

void ReduceOp::build(OpBuilder &builder, OperationState &state, Value input, ArrayRef<int64_t> axes, TypedAttr init,
                     llvm::function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addOperands(input);
  auto &properties = state.getOrAddProperties<Properties>();
  properties.axes = builder.getDenseI64ArrayAttr(axes);
  properties.init = init;
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(state.addRegion());
  block->addArgument(init.getType(), state.location);
  block->addArgument(getElementTypeOrSelf(input), state.location);
  YieldOp::create(builder, state.location, body(builder, state.location, block->getArguments()));
  SmallVector<int64_t> shape(cast<RankedTensorType>(input.getType()).getShape());
  for (int64_t axis : axes)
    shape[axis] = 1;
  state.addTypes(RankedTensorType::get(shape, init.getType()));
}

LogicalResult ReduceOp::verify() {
  Block &block = getBody().front();
  Type element = getElementTypeOrSelf(getInput()), value = getInit().getType();
  if (block.getNumArguments() != 2 || block.getArgument(0).getType() != value ||
      block.getArgument(1).getType() != element || block.back().getNumOperands() != 1 ||
      block.back().getOperand(0).getType() != value) // C2
    return emitOpError("region must take (") << value << ", " << element << ") and yield " << value;
  return verifyScalarRegion(*this, getBody()); // C3
}

AnchorKind ReduceOp::getAnchorKind() { return AnchorKind::RowReduction; }
StringRef ReduceOp::getTitle() { return ""; }
DimExpr ReduceOp::flops(DimAnalysis &dims) { return elementsOf(getInput(), dims) * countFloatOps(getBody().front()); }
Reading ReduceOp::getReading(OpOperand &) { return Reading::Passes; }
bool ReduceOp::keepsPosition(OpOperand &) { return false; }
Value ReduceOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

LogicalResult ArgReduceOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  DimExpr axis = std::exchange(result.dims[op.getAxis()], 1);
  DimExpr least = DimExpr::min(product(result.dims), 1); // nothing is chosen where the result is empty
  if (failed(oracle.require(DimRelation::AtLeast, axis, least, "there is nothing to choose from"))) // C2
    return failure();
  result.elementType = IntegerType::get(op.getInput().getContext(), 64);
  return success();
}

AnchorKind ArgReduceOp::getAnchorKind() { return AnchorKind::RowReduction; }
StringRef ArgReduceOp::getTitle() { return ""; }
/// Comparisons compute nothing.
DimExpr ArgReduceOp::flops(DimAnalysis &) { return 0; }
Reading ArgReduceOp::getReading(OpOperand &) { return Reading::Passes; }
bool ArgReduceOp::keepsPosition(OpOperand &) { return false; }
Value ArgReduceOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

LogicalResult LargestOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput());
  auto count = static_cast<int64_t>(op.getCount());
  if (input.size() != 1) // C1
    return oracle.fail("the largest elements are those of a vector");
  if (count < 0) // C2
    return oracle.fail("count is negative");
  if (failed(oracle.require(DimRelation::AtLeast, input.front(), count, "there are not as many elements")))
    return failure();
  result.dims.push_back(count);
  result.elementType = IntegerType::get(op.getInput().getContext(), 64);
  return success();
}

LogicalResult RefitOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  auto matrix = cast<RankedTensorType>(op.getMatrix().getType()),
       moments = cast<RankedTensorType>(op.getMoments().getType()),
       rows = cast<RankedTensorType>(op.getRows().getType());
  auto isSmallFloat = [](Type element) { return element.getIntOrFloatBitWidth() <= 32; };
  if (matrix.getRank() != 2 || moments.getRank() != 2 || !matrix.hasStaticShape() || !moments.hasStaticShape() ||
      !isSmallFloat(matrix.getElementType()) || !isSmallFloat(moments.getElementType())) // C1
    return oracle.fail("the matrix and the moments must be floats of at most 32 bits, of static sizes and two axes");
  if (moments.getDimSize(0) != matrix.getDimSize(0) || moments.getDimSize(1) != matrix.getDimSize(0)) // C2
    return oracle.fail("the moments must have a row and a column for each row of the matrix");
  if (rows.getRank() != 1 || !rows.hasStaticShape() || !rows.getElementType().isInteger(64)) // C3
    return oracle.fail("the rows must be a vector of i64 of static size");
  result.dims = {rows.getDimSize(0), matrix.getDimSize(1)};
  result.elementType = matrix.getElementType();
  return success();
}

LogicalResult RunningSumOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (result.elementType.isInteger(1)) // C2
    return oracle.fail("bools have no sums");
  return success();
}

AnchorKind RunningSumOp::getAnchorKind() { return AnchorKind::RowReduction; }
StringRef RunningSumOp::getTitle() { return ""; }
DimExpr RunningSumOp::flops(DimAnalysis &dims) {
  return isa<FloatType>(getElementTypeOrSelf(getResult())) ? elementsOf(getResult(), dims) : DimExpr(0);
}
Reading RunningSumOp::getReading(OpOperand &) { return Reading::Once; }
bool RunningSumOp::keepsPosition(OpOperand &) { return true; }
Value RunningSumOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

} // namespace llmc::ir
