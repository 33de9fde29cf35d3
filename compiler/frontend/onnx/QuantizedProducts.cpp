// (A - a)(B - b) is AB - a colsum(B) - b rowsum(A) + K a b: the product itself needs no zero points, and sums over
// constant sides are constants.
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/Contractions.h"

#include <cmath>

using namespace mlir;

namespace llmc::frontend {

//===--- reading -------------------------------------------------------------------------------------------------===//

/// `parameter` as a scalar if it has one element, else nothing.
static Value asScalar(OperatorContext &op, Value parameter) {
  RankedTensorType type = OperatorContext::typeOf(parameter);
  if (type.getRank() == 0)
    return parameter;
  return type.getRank() == 1 && type.getDimSize(0) == 1 ? op.reshape(parameter, {}) : Value();
}

Value perRow(OperatorContext &op, size_t index) {
  Value parameter = op.input(index);
  if (Value scalar = asScalar(op, parameter))
    return scalar;
  return OperatorContext::rank(parameter) == 1 ? withAxis(op, parameter, 1) : parameter;
}

Value perColumn(OperatorContext &op, size_t index) {
  Value scalar = asScalar(op, op.input(index));
  return scalar ? scalar : op.input(index);
}

Value perFilter(OperatorContext &op, size_t index, int64_t rank) {
  Value scalar = asScalar(op, op.input(index));
  return scalar ? scalar : alongChannels(op, op.input(index), rank + 1);
}

IntegerSide readSide(OperatorContext &op, size_t tensor, size_t zeroPoint, ReadParameter read) {
  bool isZero = !op.has(zeroPoint) || isKnownZero(op.input(zeroPoint));
  return {op.input(tensor), op.type(tensor), isZero ? Value() : read(zeroPoint)};
}

//===--- matrices ------------------------------------------------------------------------------------------------===//

static Value widened(OperatorContext &op, Value tensor, OnnxElementType type) {
  return op.cast({tensor, type}, OnnxElementType::Int32);
}

static Value sumAlong(OperatorContext &op, Value tensor, OnnxElementType type, int64_t axis) {
  Type i32 = op.builder.getI32Type();
  return op.reduce(tensor, axis, IntegerAttr::get(i32, 0), type,
                   [&](ScalarMath &m, ValueRange x) { return m.add(x[0], m.cast(x[1], i32, false)); });
}

/// How many products are added up for an element, as a scalar tensor of i32.
static Value termCount(OperatorContext &op, Value lhs) {
  Value count = op.scalarOf(op.sizes.dim(lhs, OperatorContext::rank(lhs) - 1));
  return op.cast({count, OnnxElementType::Int64}, OnnxElementType::Int32);
}

static Value multiplyMatrices(OperatorContext &op, const IntegerSide &lhs, const IntegerSide &rhs) {
  SmallVector<Value> operands = {
      op.make<ir::MatmulOp>(lhs.tensor, rhs.tensor, isUnsigned(lhs.type), isUnsigned(rhs.type))};
  if (!lhs.zeroPoint && !rhs.zeroPoint)
    return operands.front();
  if (lhs.zeroPoint) {
    operands.push_back(widened(op, lhs.zeroPoint, lhs.type));
    operands.push_back(sumAlong(op, rhs.tensor, rhs.type, OperatorContext::rank(rhs.tensor) - 2));
  }
  if (rhs.zeroPoint) {
    operands.push_back(widened(op, rhs.zeroPoint, rhs.type));
    operands.push_back(sumAlong(op, lhs.tensor, lhs.type, OperatorContext::rank(lhs.tensor) - 1));
  }
  if (lhs.zeroPoint && rhs.zeroPoint)
    operands.push_back(termCount(op, lhs.tensor));
  return op.map(operands, OnnxElementType::Int32, [](ScalarMath &m, ValueRange x) {
    Value first = m.mul(x[1], x[2]);
    if (x.size() == 3)
      return m.sub(x[0], first);
    Value rowSum = m.sub(x[4], m.mul(x[5], x[1]));
    return m.sub(m.sub(x[0], first), m.mul(x[3], rowSum));
  });
}

Value multiplyIntegers(OperatorContext &op, const IntegerSide &lhs, const IntegerSide &rhs) {
  return multiplyAsMatrices(op, lhs.tensor, rhs.tensor, [&](Value a, Value b) {
    return multiplyMatrices(op, {a, lhs.type, lhs.zeroPoint}, {b, rhs.type, rhs.zeroPoint});
  });
}

//===--- convolutions --------------------------------------------------------------------------------------------===//

/// The largest absolute value of the difference of an integer and its zero point.
static double magnitudeOf(const IntegerSide &side) {
  auto [least, most] = rangeOf(side.type);
  return side.zeroPoint ? most - least : std::max(-least, most);
}

/// llmc.conv is of floats. The narrowest type that holds all sums exactly.
static Type exactFloat(OperatorContext &op, const IntegerSide &input, const IntegerSide &filter) {
  double largest = magnitudeOf(input) * magnitudeOf(filter);
  for (int64_t size : OperatorContext::typeOf(filter.tensor).getShape().drop_front())
    largest *= ShapedType::isDynamic(size) ? std::ldexp(1.0, 24) : static_cast<double>(size);
  return largest < std::ldexp(1.0, 24) ? Type(op.builder.getF32Type()) : Type(op.builder.getF64Type());
}

static Value lessZeroPoint(OperatorContext &op, const IntegerSide &side, Type real) {
  SmallVector<Value> operands = {side.tensor};
  if (side.zeroPoint)
    operands.push_back(side.zeroPoint);
  return op.map(operands, side.type, [&](ScalarMath &m, ValueRange x) {
    Value value = m.cast(x[0], real, false);
    return x.size() == 1 ? value : m.sub(value, m.cast(x[1], real, false));
  });
}

Value convolveIntegers(OperatorContext &op, const IntegerSide &input, const IntegerSide &filter) {
  if (OperatorContext::rank(filter.tensor) < 1) {
    op.fail<OnnxErrorCode::OperandsDoNotFit>("its filter is a scalar");
    return {};
  }
  Type real = exactFloat(op, input, filter);
  Value sums = convolve(op, lessZeroPoint(op, input, real), lessZeroPoint(op, filter, real));
  if (!sums)
    return {};
  return op.map(sums, OnnxElementType::Int64, [](ScalarMath &m, ValueRange x) {
    Value whole = m.cast(x[0], IntegerType::get(x[0].getContext(), 64), false); // from there on modulo 2^32
    return m.cast(whole, IntegerType::get(x[0].getContext(), 32), false);
  });
}

Value requantize(OperatorContext &op, Value sums, Value ratio, const Quantization &to) {
  SmallVector<Value> operands = {sums, ratio};
  if (to.zeroPoint)
    operands.push_back(to.zeroPoint);
  return op.map(operands, to.type, [&](ScalarMath &m, ValueRange x) {
    Value real = m.mul(m.asSigned().cast(x[0], op.builder.getF32Type(), false), x[1]);
    return roundToInteger(m, real, x.size() > 2 ? x[2] : Value(), to.type);
  });
}

//===--- what follows -------------------------------------------------------------------------------------------===//

Value scaleSums(OperatorContext &op, Value sums, Value lhsScale, Value rhsScale) {
  Value scale = op.map({lhsScale, rhsScale}, OnnxElementType::Float32,
                       [](ScalarMath &m, ValueRange x) { return m.mul(x[0], x[1]); });
  return op.map({sums, scale}, OnnxElementType::Int32,
                [](ScalarMath &m, ValueRange x) { return m.mul(m.cast(x[0], x[1].getType(), false), x[1]); });
}

Value withBias(OperatorContext &op, Value product, size_t bias) {
  if (!op.has(bias))
    return product;
  return op.map({product, op.input(bias)}, OnnxElementType::Float32,
                [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
}

} // namespace llmc::frontend
