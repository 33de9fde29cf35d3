#include "compiler/passes/quantization/Dequantized.h"
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// A number that a region of scalars is given, in a wider type.
struct Widened {
  BlockArgument number;
  bool isUnsigned;
};

bool isByte(Widened widened) { return widened.number.getType().isInteger(8); }

/// A byte or a float.
std::optional<Widened> matchWidened(Value scalar) {
  bool isUnsigned = false;
  while (Operation *op = scalar.getDefiningOp()) {
    if (!isa<arith::ExtSIOp, arith::ExtUIOp, arith::SIToFPOp, arith::UIToFPOp, arith::ExtFOp>(op))
      return std::nullopt;
    isUnsigned |= isa<arith::ExtUIOp, arith::UIToFPOp>(op);
    scalar = op->getOperand(0);
  }
  auto number = dyn_cast<BlockArgument>(scalar);
  if (!number || !(number.getType().isInteger(8) || ir::widensToF32(number.getType())))
    return std::nullopt;
  return Widened{number, isUnsigned};
}

/// A byte, or its difference from another number, in whatever type it is wide enough for.
std::optional<std::pair<Widened, std::optional<Widened>>> matchDifference(Value scalar) {
  if (auto byte = matchWidened(scalar); byte && isByte(*byte))
    return std::make_pair(*byte, std::nullopt);
  if (auto whole = scalar.getDefiningOp<arith::SIToFPOp>())
    return matchDifference(whole.getIn());
  Operation *op = scalar.getDefiningOp();
  if (!isa_and_nonnull<arith::SubIOp, arith::SubFOp>(op) ||
      getElementTypeOrSelf(op->getResult(0)).getIntOrFloatBitWidth() < 32)
    return std::nullopt;
  auto byte = matchWidened(op->getOperand(0)), zeroPoint = matchWidened(op->getOperand(1));
  if (!byte || !zeroPoint || !isByte(*byte))
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

std::optional<Dequantized> matchDequantizingMap(ir::MapOp map) {
  Value yielded = map.getYielded();
  if (auto widened = yielded.getDefiningOp<arith::ExtFOp>())
    yielded = widened.getIn();
  Type element = yielded.getType();
  if (auto rounded = yielded.getDefiningOp<arith::TruncFOp>())
    yielded = rounded.getIn();
  auto product = yielded.getDefiningOp<arith::MulFOp>();
  auto type = cast<RankedTensorType>(map.getResult().getType());
  if (!product || !product.getType().isF32())
    return std::nullopt;
  for (unsigned side : {0u, 1u}) {
    auto difference = matchDifference(product->getOperand(side));
    auto factor = matchWidened(product->getOperand(1 - side));
    if (!difference || !factor || isByte(*factor))
      continue;
    auto tensorOf = [&](Widened scalar) { return map.getInputs()[scalar.number.getArgNumber()]; };
    auto &[byte, zeroPoint] = *difference;
    Dequantized result = {tensorOf(byte), {}, tensorOf(*factor), byte.isUnsigned, false, element};
    if (zeroPoint) {
      result.zeroPoint = tensorOf(*zeroPoint);
      result.isZeroPointUnsigned = zeroPoint->isUnsigned;
    }
    if (cast<RankedTensorType>(result.bytes.getType()).getShape() == type.getShape() &&
        broadcastsTo(result.scale, type) && (!result.zeroPoint || broadcastsTo(result.zeroPoint, type)))
      return result;
  }
  return std::nullopt;
}

/// All of it in f32 and integers.
static bool isPlain(const Dequantized &found, Value tensor) {
  return getElementTypeOrSelf(tensor).isF32() && found.element.isF32() && getElementTypeOrSelf(found.scale).isF32() &&
         (!found.zeroPoint || getElementTypeOrSelf(found.zeroPoint).isInteger(8));
}

std::optional<Dequantized> matchDequantized(OpBuilder &builder, Value tensor) {
  if (auto map = tensor.getDefiningOp<ir::MapOp>()) {
    auto found = matchDequantizingMap(map);
    return found && isPlain(*found, tensor) ? found : std::nullopt;
  }
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
