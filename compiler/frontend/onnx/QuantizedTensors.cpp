// Parameters of quantizations are brought to a shape that broadcasts, so that all that follows is maps.
#include "compiler/frontend/onnx/QuantizedTensors.h"
#include "compiler/frontend/onnx/Float8.h"
#include "mlir/IR/Matchers.h"

#include <cmath>

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

IntegerRange rangeOf(OnnxElementType type) {
  int bits = static_cast<int>(infoOf(type).bits);
  if (isUnsigned(type))
    return {0, std::ldexp(1.0, bits) - 1};
  return {-std::ldexp(1.0, bits - 1), std::ldexp(1.0, bits - 1) - 1};
}

bool isKnownZero(Value tensor) {
  DenseElementsAttr values;
  if (!matchPattern(tensor, m_Constant(&values)))
    return false;
  if (isa<FloatType>(values.getElementType()))
    return llvm::all_of(values.getValues<APFloat>(), [](const APFloat &value) { return value.isZero(); });
  return llvm::all_of(values.getValues<APInt>(), [](const APInt &value) { return value.isZero(); });
}

//===--- parameters ----------------------------------------------------------------------------------------------===//

/// Each element as often as a block has elements; the last block of the tensor may be a shorter one.
Value spreadBlocks(OperatorContext &op, Value parameter, Value tensor, Granularity granularity) {
  auto axis = op.axis(granularity.axis, OperatorContext::rank(tensor));
  if (!axis || OperatorContext::rank(parameter) != OperatorContext::rank(tensor)) {
    op.fail<Code::OperandsDoNotFit>("scale and zero point of blocks need the rank of what is quantized");
    return parameter;
  }
  SizeMath &sizes = op.sizes;
  Value size = sizes.dim(tensor, *axis), block = sizes.constant(granularity.blockSize);
  Value blocks = sizes.floorDiv(sizes.add(size, sizes.constant(granularity.blockSize - 1)), block);
  op.require(ir::DimRelation::Equal, blocks, sizes.dim(parameter, *axis), "the number of blocks is not that of scales");
  Sizes split = sizes.dims(parameter);
  split.insert(split.begin() + *axis + 1, sizes.constant(1));
  Value spread = op.reshape(parameter, split);
  split[*axis + 1] = block;
  spread = op.expand(spread, split);
  Sizes whole = sizes.dims(parameter);
  whole[*axis] = sizes.mul(blocks, block);
  spread = op.reshape(spread, whole);
  whole[*axis] = size;
  Sizes offsets(whole.size(), sizes.constant(0));
  return op.slice(spread, offsets, whole, SmallVector<int64_t>(whole.size(), 1));
}

/// A scalar or vector as it broadcasts to `tensor`.
static Value alongAxis(OperatorContext &op, Value parameter, Value tensor, int64_t axis) {
  RankedTensorType type = OperatorContext::typeOf(parameter);
  if (type.getRank() == 0)
    return parameter;
  if (type.getRank() > 1) {
    op.fail<Code::OperandsDoNotFit>("scale and zero point need rank 0 or 1 where they do not differ by blocks");
    return parameter;
  }
  if (type.getDimSize(0) == 1)
    return op.reshape(parameter, {});
  int64_t rank = OperatorContext::rank(tensor);
  auto position = op.axis(axis, rank);
  if (!position)
    return parameter;
  Sizes shape(rank, op.sizes.constant(1));
  shape[*position] = op.sizes.dim(parameter, 0);
  op.require(ir::DimRelation::Repeat, shape[*position], op.sizes.dim(tensor, *position),
             "the axis has not as many elements as scale or zero point");
  return op.reshape(parameter, shape);
}

Quantization readQuantization(OperatorContext &op, size_t scale, size_t zeroPoint, Value tensor, OnnxElementType type,
                              Granularity granularity) {
  auto read = [&](size_t index) {
    return granularity.blockSize > 0 ? spreadBlocks(op, op.input(index), tensor, granularity)
                                     : alongAxis(op, op.input(index), tensor, granularity.axis);
  };
  Quantization result = {read(scale), {}, type};
  if (op.has(zeroPoint) && !isKnownZero(op.input(zeroPoint)))
    result.zeroPoint = read(zeroPoint);
  return result;
}

//===--- there and back ------------------------------------------------------------------------------------------===//

Value roundToInteger(ScalarMath &m, Value quotient, Value zeroPoint, OnnxElementType type) {
  auto [lowest, highest] = rangeOf(type);
  Value least = m.constant(lowest, quotient), most = m.constant(highest, quotient);
  if (zeroPoint) {
    Value shift = m.cast(zeroPoint, quotient.getType(), false);
    least = m.sub(least, shift);
    most = m.sub(most, shift);
  }
  Value clamped = m.select(m.less(least, quotient), quotient, least); // NaN is not greater
  clamped = m.select(m.less(clamped, most), clamped, most);
  Type wide = IntegerType::get(quotient.getContext(), 32);
  Value whole = m.cast(m.apply<math::RoundEvenOp>(clamped), wide, /*toUnsigned=*/false);
  if (zeroPoint)
    whole = m.add(whole, m.cast(zeroPoint, wide, false));
  return m.cast(whole, mlirTypeOf(type, quotient.getContext()), isUnsigned(type));
}

Value quantize(OperatorContext &op, const OnnxValue &real, const Quantization &to, Type divisionType) {
  Type f32 = op.builder.getF32Type();
  SmallVector<Value> operands = {real.tensor, to.scale};
  if (to.zeroPoint)
    operands.push_back(to.zeroPoint);
  return op.map(operands, to.type, [&](ScalarMath &m, ValueRange x) {
    ScalarMath reals = m.asSigned(); // int32 is quantized too
    Value quotient = m.div(reals.cast(x[0], f32, false), reals.cast(x[1], f32, false));
    quotient = m.cast(m.cast(quotient, divisionType, false), f32, false);
    if (isFloat8(to.type))
      return roundToFloat8(m, quotient, to.type, to.saturates);
    return roundToInteger(m, quotient, x.size() > 2 ? x[2] : Value(), to.type);
  });
}

Value dequantize(OperatorContext &op, Value integers, const Quantization &from, Type type) {
  Type f32 = op.builder.getF32Type(), i32 = op.builder.getI32Type();
  SmallVector<Value> operands = {integers, from.scale};
  if (from.zeroPoint)
    operands.push_back(from.zeroPoint);
  return op.map(operands, from.type, [&](ScalarMath &m, ValueRange x) {
    Type exact = ScalarMath::isFloat(x[0]) ? f32 : i32; // floats of 8 bits are quantized too
    Value difference = m.cast(x[0], exact, false);
    if (x.size() > 2)
      difference = m.sub(difference, m.cast(x[2], exact, false));
    Value real = m.asSigned().cast(difference, f32, false);
    return m.cast(m.mul(real, m.cast(x[1], f32, false)), type, false);
  });
}

//===--- from values --------------------------------------------------------------------------------------------===//

/// The least or largest of all elements and 0, a scalar.
template <Value (ScalarMath::*pick)(Value, Value)> static Value extremeOf(OperatorContext &op, Value tensor) {
  int64_t rank = OperatorContext::rank(tensor);
  if (rank == 0)
    return op.map(tensor, OnnxElementType::Float32,
                  [](ScalarMath &m, ValueRange x) { return (m.*pick)(m.constant(0, x[0]), x[0]); });
  Value extreme =
      op.reduce(tensor, llvm::to_vector(llvm::seq<int64_t>(0, rank)), op.builder.getF32FloatAttr(0),
                OnnxElementType::Float32, [](ScalarMath &m, ValueRange x) { return (m.*pick)(x[0], x[1]); });
  return op.reshape(extreme, {});
}

Quantization chooseQuantization(OperatorContext &op, Value real) {
  constexpr OnnxElementType type = OnnxElementType::UInt8;
  Value least = extremeOf<&ScalarMath::min>(op, real), most = extremeOf<&ScalarMath::max>(op, real);
  Value scale = op.map({least, most}, OnnxElementType::Float32, [](ScalarMath &m, ValueRange x) {
    Value step = m.div(m.sub(x[1], x[0]), m.constant(rangeOf(type).most, x[0]));
    return m.select(m.equal(x[0], x[1]), m.constant(1, x[0]), step);
  });
  Value zeroPoint = op.map({least, scale}, type, [](ScalarMath &m, ValueRange x) {
    return roundToInteger(m, m.sub(m.constant(0, x[0]), m.div(x[0], x[1])), Value(), type);
  });
  return {scale, zeroPoint, type};
}

} // namespace llmc::frontend
