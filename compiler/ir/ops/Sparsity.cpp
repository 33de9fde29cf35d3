// Weights with zeros.
#include "compiler/ir/DimOracle.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

static bool isStaticMatrix(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return type.getRank() == 2 && type.hasStaticShape();
}

static int64_t sizeOf(Value tensor, unsigned axis) { return cast<RankedTensorType>(tensor.getType()).getDimSize(axis); }

LogicalResult SparsifyOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  auto isSmallMatrix = [](Value tensor) {
    return isStaticMatrix(tensor) && getElementTypeOrSelf(tensor).getIntOrFloatBitWidth() <= 32;
  };
  if (!isSmallMatrix(op.getMatrix()) || (op.getMoments() && !isSmallMatrix(op.getMoments()))) // C1
    return oracle.fail("the matrix and the moments must be floats of at most 32 bits, of static sizes and two axes");
  auto rows = static_cast<int64_t>(op.getRows()), columns = static_cast<int64_t>(op.getColumns()),
       kept = static_cast<int64_t>(op.getKept()), span = static_cast<int64_t>(op.getSpan());
  if (rows < 1 || columns < 1 || kept < 1 || kept > span) // C2
    return oracle.fail(
        "blocks must have rows and columns, and at least one of a span, but no more than all, must stay");
  int64_t depth = sizeOf(op.getMatrix(), 0);
  if (op.getMoments() && (sizeOf(op.getMoments(), 0) != depth || sizeOf(op.getMoments(), 1) != depth)) // C3
    return oracle.fail("the moments must have a row and a column for each row of the matrix");
  result.dims = oracle.dims(op.getMatrix());
  result.elementType = getElementTypeOrSelf(op.getMatrix());
  return success();
}

LogicalResult FindBlocksOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  auto panel = static_cast<int64_t>(op.getPanel()), group = static_cast<int64_t>(op.getGroup()),
       count = static_cast<int64_t>(op.getCount());
  if (!isStaticMatrix(op.getMatrix()) || panel < 1 || group < 1) // C1
    return oracle.fail("blocks are those of a matrix of static sizes, with positive sizes of panel and group");
  auto all = static_cast<int64_t>(llvm::divideCeil(sizeOf(op.getMatrix(), 0), group));
  if (count < 1 || count > all) // C2
    return oracle.fail("a panel has " + Twine(all) + " blocks, of which " + Twine(count) + " can't be found");
  result.dims = {static_cast<int64_t>(llvm::divideCeil(sizeOf(op.getMatrix(), 1), panel)), count};
  result.elementType = IntegerType::get(op.getMatrix().getContext(), 32);
  return success();
}

LogicalResult PackBlocksOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  auto panel = static_cast<int64_t>(op.getPanel()), group = static_cast<int64_t>(op.getGroup());
  if (!isStaticMatrix(op.getMatrix()) || panel < 1 || group < 1) // C1
    return oracle.fail("blocks are those of a matrix of static sizes, with positive sizes of panel and group");
  auto panels = static_cast<int64_t>(llvm::divideCeil(sizeOf(op.getMatrix(), 1), panel));
  if (!isStaticMatrix(op.getBlocks()) || !getElementTypeOrSelf(op.getBlocks()).isInteger(32) ||
      sizeOf(op.getBlocks(), 0) != panels) // C2
    return oracle.fail("the blocks must be a matrix of i32 with a row for each panel");
  result.dims = {panels, sizeOf(op.getBlocks(), 1), panel, group};
  result.elementType = getElementTypeOrSelf(op.getMatrix());
  return success();
}

} // namespace llmc::ir
