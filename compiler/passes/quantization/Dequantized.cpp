#include "compiler/passes/quantization/Dequantized.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// A byte that a region of scalars is given, made wider.
struct Widened {
  BlockArgument byte;
  bool isUnsigned;
};

std::optional<Widened> matchWidened(Value scalar) {
  Operation *op = scalar.getDefiningOp();
  if (!isa_and_nonnull<arith::ExtSIOp, arith::ExtUIOp, arith::SIToFPOp, arith::UIToFPOp>(op))
    return std::nullopt;
  auto byte = dyn_cast<BlockArgument>(op->getOperand(0));
  if (!byte || !byte.getType().isInteger(8))
    return std::nullopt;
  return Widened{byte, isa<arith::ExtUIOp, arith::UIToFPOp>(op)};
}

/// A byte, or the difference of two, in whatever type it is wide enough for.
std::optional<std::pair<Widened, std::optional<Widened>>> matchDifference(Value scalar) {
  if (auto byte = matchWidened(scalar))
    return std::make_pair(*byte, std::nullopt);
  if (auto whole = scalar.getDefiningOp<arith::SIToFPOp>())
    return matchDifference(whole.getIn());
  Operation *op = scalar.getDefiningOp();
  if (!isa_and_nonnull<arith::SubIOp, arith::SubFOp>(op) ||
      getElementTypeOrSelf(op->getResult(0)).getIntOrFloatBitWidth() < 32)
    return std::nullopt;
  auto byte = matchWidened(op->getOperand(0)), zeroPoint = matchWidened(op->getOperand(1));
  if (!byte || !zeroPoint)
    return std::nullopt;
  return std::make_pair(*byte, zeroPoint);
}

/// Whether a parameter has one element, or one for each place along an axis, of a tensor of this shape.
bool broadcastsTo(Value parameter, RankedTensorType type) {
  auto own = cast<RankedTensorType>(parameter.getType());
  int64_t skipped = type.getRank() - own.getRank();
  if (skipped < 0)
    return false;
  for (auto [axis, size] : llvm::enumerate(own.getShape()))
    if (size != 1 && (ShapedType::isDynamic(size) || size != type.getDimSize(static_cast<int64_t>(axis) + skipped)))
      return false;
  return true;
}

std::optional<Dequantized> matchMap(ir::MapOp map) {
  auto product = map.getYielded().getDefiningOp<arith::MulFOp>();
  auto type = cast<RankedTensorType>(map.getResult().getType());
  if (!product || !type.getElementType().isF32())
    return std::nullopt;
  for (unsigned side : {0u, 1u}) {
    auto difference = matchDifference(product->getOperand(side));
    auto factor = dyn_cast<BlockArgument>(product->getOperand(1 - side));
    if (!difference || !factor)
      continue;
    auto tensorOf = [&](BlockArgument scalar) { return map.getInputs()[scalar.getArgNumber()]; };
    auto &[byte, zeroPoint] = *difference;
    Dequantized result = {tensorOf(byte.byte), {}, tensorOf(factor), byte.isUnsigned, false};
    if (zeroPoint) {
      result.zeroPoint = tensorOf(zeroPoint->byte);
      result.isZeroPointUnsigned = zeroPoint->isUnsigned;
    }
    if (cast<RankedTensorType>(result.bytes.getType()).getShape() == type.getShape() &&
        broadcastsTo(result.scale, type) && (!result.zeroPoint || broadcastsTo(result.zeroPoint, type)))
      return result;
  }
  return std::nullopt;
}

/// A parameter as it broadcasts to the transposed tensor.
Value transposedParameter(OpBuilder &builder, ir::TransposeOp transpose, Value parameter) {
  auto type = cast<RankedTensorType>(parameter.getType());
  if (type.getRank() == 0)
    return parameter;
  ir::DimVector dims(transpose.getPerm().size(), 1);
  for (auto [axis, size] : llvm::enumerate(type.getShape()))
    dims[axis + dims.size() - type.getRank()] = size;
  return ir::transposeBy(builder, transpose.getLoc(), ir::reshapeTo(builder, transpose.getLoc(), parameter, dims),
                         transpose.getPerm());
}

} // namespace

std::optional<Dequantized> matchDequantized(OpBuilder &builder, Value tensor) {
  if (auto map = tensor.getDefiningOp<ir::MapOp>())
    return matchMap(map);
  auto transpose = tensor.getDefiningOp<ir::TransposeOp>();
  if (!transpose)
    return std::nullopt;
  auto inner = matchDequantized(builder, transpose.getInput());
  if (!inner)
    return std::nullopt;
  inner->bytes = ir::transposeBy(builder, transpose.getLoc(), inner->bytes, transpose.getPerm());
  inner->scale = transposedParameter(builder, transpose, inner->scale);
  if (inner->zeroPoint)
    inner->zeroPoint = transposedParameter(builder, transpose, inner->zeroPoint);
  return inner;
}

} // namespace llmc::passes
