// Numbers that are stored as codes of a few bits.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

/// C1.
static bool elementsFit(DecodeOp::Adaptor op) {
  Type zero = op.getZeros() ? getElementTypeOrSelf(op.getZeros()) : Type();
  return getElementTypeOrSelf(op.getCodes()).isInteger(8) && isa<FloatType>(op.getElement()) &&
         !getElementTypeOrSelf(op.getScales()).isF64() && (!zero || zero.isInteger(8) || zero.isF32());
}

LogicalResult DecodeOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getCodes());
  size_t rank = result.dims.size(), axis = op.getAxis();
  int64_t size = op.getSize(), block = op.getBlock(), bits = op.getBits();
  if (!elementsFit(op) || axis >= rank) // C1
    return oracle.fail("codes must be i8, scales at most f32, zeros i8 or f32, and the axis one of theirs");
  if ((bits != 2 && bits != 4 && bits != 8) || block < 1 || size < 1) // C2
    return oracle.fail("codes must have 2, 4 or 8 bits, and blocks and the axis a positive size");
  int64_t group = op.getGroup();
  if (group != 1 && (group != 4 || axis + 1 == rank || !result.dims.back().isConstant(group))) // C4
    return oracle.fail("bytes lie side by side in groups of 4, along the last axis, or not at all");
  result.dims.back() = group > 1 ? DimExpr(1) : result.dims.back();
  auto require = [&](Value tensor, int64_t each, const Twine &message) -> LogicalResult {
    DimVector dims = oracle.dims(tensor);
    if (group > 1 && tensor == op.getCodes())
      dims.back() = 1;
    if (dims.size() != rank)
      return oracle.fail("codes, scales and zeros must have one rank");
    for (size_t i = 0; i < rank; ++i) // C3
      if (failed(oracle.require(DimRelation::Equal, dims[i],
                                i == axis ? DimExpr(llvm::divideCeil(size, each)) : result.dims[i], message)))
        return failure();
    return success();
  };
  if (failed(require(op.getCodes(), 8 / bits * group, "codes differ from the size along the axis")) ||
      failed(require(op.getScales(), block, "scales differ from the blocks")) ||
      (op.getZeros() && failed(require(op.getZeros(), block, "zeros differ from the blocks"))))
    return failure();
  result.dims[axis] = size;
  result.elementType = op.getElement();
  return success();
}

/// A byte holds several codes, and a scale is that of a block; but fetching them again costs no more than the first
/// time.
Reading DecodeOp::getReading(OpOperand &) { return Reading::Once; }
bool DecodeOp::keepsRows(DimAnalysis &) {
  return static_cast<int64_t>(getAxis()) + 1 < cast<RankedTensorType>(getCodes().getType()).getRank();
}
bool DecodeOp::picks(OpOperand &) { return false; }

} // namespace llmc::ir
