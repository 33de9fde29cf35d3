// Adding a power of two so large that no finer bits are left rounds a float to coarser ones, to even where two are as
// near; it follows from the float's exponent, and stays the same below the least normal number.
#include "compiler/frontend/onnx/Float8.h"

using namespace mlir;

namespace llmc::frontend {

bool isFloat8(OnnxElementType type) {
  using Type = OnnxElementType;
  return llvm::is_contained({Type::Float8E4M3FN, Type::Float8E4M3FNUZ, Type::Float8E5M2, Type::Float8E5M2FNUZ}, type);
}

const llvm::fltSemantics &semanticsOf(OnnxElementType type) {
  switch (type) {
  case OnnxElementType::Float8E4M3FN:
    return APFloat::Float8E4M3FN();
  case OnnxElementType::Float8E4M3FNUZ:
    return APFloat::Float8E4M3FNUZ();
  case OnnxElementType::Float8E5M2:
    return APFloat::Float8E5M2();
  case OnnxElementType::Float8E5M2FNUZ:
    return APFloat::Float8E5M2FNUZ();
  default:
    llvm_unreachable("no float of 8 bits");
  }
}

/// A number that is not negative, at least f32, rounded to the precision of `target`, whatever its size.
static Value roundSize(ScalarMath &m, Value size, const llvm::fltSemantics &target) {
  const llvm::fltSemantics &own = mlir::cast<FloatType>(size.getType()).getFloatSemantics();
  int fraction = static_cast<int>(APFloat::semanticsPrecision(own)) - 1;
  int coarser = fraction - (static_cast<int>(APFloat::semanticsPrecision(target)) - 1);
  int bias = APFloat::semanticsMaxExponent(own);
  Type bits = IntegerType::get(size.getContext(), static_cast<unsigned>(APFloat::semanticsSizeInBits(own)));
  Value distance = m.constant(fraction, bits);
  Value exponent = m.apply<arith::ShRUIOp>(m.convert<arith::BitcastOp>(size, bits), distance);
  Value least = m.constant(APFloat::semanticsMinExponent(target) + bias, bits);
  Value most = m.constant(APFloat::semanticsMaxExponent(target) + 1 + bias, bits); // beyond it all are too large
  exponent = m.apply<arith::MinUIOp>(m.apply<arith::MaxUIOp>(exponent, least), most);
  Value raised = m.apply<arith::ShLIOp>(m.add(exponent, m.constant(coarser, bits)), distance);
  Value power = m.convert<arith::BitcastOp>(raised, size.getType());
  return m.sub(m.add(size, power), power);
}

Value roundToFloat8(ScalarMath &math, Value number, OnnxElementType type, bool saturates) {
  ScalarMath m = math;
  const llvm::fltSemantics &target = semanticsOf(type);
  Type f32 = Float32Type::get(number.getContext()), f64 = Float64Type::get(number.getContext());
  bool isWide = !ScalarMath::isFloat(number) || number.getType().isF64();
  number = m.cast(number, isWide ? f64 : f32, false);
  Value size = roundSize(m, m.abs(number), target);
  Value largest = m.constant(APFloat::getLargest(target).convertToDouble(), size);
  bool hasInfinity = type == OnnxElementType::Float8E5M2;
  double beyond = hasInfinity ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
  size = m.select(m.less(largest, size), saturates ? largest : m.constant(beyond, size), size);
  bool hasNegativeZero = type == OnnxElementType::Float8E4M3FN || type == OnnxElementType::Float8E5M2;
  Value rounded = m.apply<math::CopySignOp>(size, number);
  if (!hasNegativeZero)
    rounded = m.select(m.equal(size, m.constant(0, size)), size, rounded);
  return m.cast(rounded, f32, false);
}

} // namespace llmc::frontend
