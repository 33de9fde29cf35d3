// One place that knows which arith operation suits which type.
#include "compiler/frontend/onnx/ScalarMath.h"

using namespace mlir;

namespace llmc::frontend {

Value ScalarMath::constant(double value, Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return arith::ConstantOp::create(builder, location,
                                     IntegerAttr::get(integer, APInt(integer.getWidth(), static_cast<int64_t>(value),
                                                                     /*isSigned=*/true, /*implicitTrunc=*/true)));
  return arith::ConstantOp::create(builder, location, FloatAttr::get(type, value));
}

Value ScalarMath::largest(Type type) {
  if (auto real = dyn_cast<FloatType>(type))
    return constant(std::numeric_limits<double>::infinity(), type);
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width);
  return arith::ConstantOp::create(builder, location, IntegerAttr::get(type, value));
}

Value ScalarMath::smallest(Type type) {
  if (isa<FloatType>(type))
    return constant(-std::numeric_limits<double>::infinity(), type);
  unsigned width = type.getIntOrFloatBitWidth();
  APInt value = isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width);
  return arith::ConstantOp::create(builder, location, IntegerAttr::get(type, value));
}

Value ScalarMath::allOnes(Type type) {
  return arith::ConstantOp::create(builder, location,
                                   IntegerAttr::get(type, APInt::getAllOnes(type.getIntOrFloatBitWidth())));
}

Value ScalarMath::add(Value a, Value b) { return isFloat(a) ? apply<arith::AddFOp>(a, b) : apply<arith::AddIOp>(a, b); }
Value ScalarMath::sub(Value a, Value b) { return isFloat(a) ? apply<arith::SubFOp>(a, b) : apply<arith::SubIOp>(a, b); }
Value ScalarMath::mul(Value a, Value b) { return isFloat(a) ? apply<arith::MulFOp>(a, b) : apply<arith::MulIOp>(a, b); }

/// 1 in place of the divisors with which a division traps: 0, and -1 below the least number.
Value ScalarMath::safeDivisor(Value a, Value b) {
  Value one = constant(1, b);
  Value safe = select(equal(b, constant(0, b)), one, b);
  if (isUnsigned)
    return safe;
  Value overflows = apply<arith::AndIOp>(equal(b, constant(-1, b)), equal(a, smallest(a.getType())));
  return select(overflows, one, safe);
}

Value ScalarMath::div(Value a, Value b) {
  if (isFloat(a))
    return apply<arith::DivFOp>(a, b);
  Value divisor = safeDivisor(a, b);
  return isUnsigned ? apply<arith::DivUIOp>(a, divisor) : apply<arith::DivSIOp>(a, divisor);
}

Value ScalarMath::remainder(Value a, Value b) {
  if (isFloat(a))
    return apply<arith::RemFOp>(a, b);
  Value divisor = safeDivisor(a, b);
  return isUnsigned ? apply<arith::RemUIOp>(a, divisor) : apply<arith::RemSIOp>(a, divisor);
}

Value ScalarMath::modulo(Value a, Value b) {
  Value rest = remainder(a, b);
  if (isUnsigned)
    return rest;
  Value zero = constant(0, rest);
  Value opposite = apply<arith::XOrIOp>(less(rest, zero), less(b, zero));
  Value nonZero = apply<arith::XOrIOp>(equal(rest, zero), constant(1, opposite));
  return select(apply<arith::AndIOp>(opposite, nonZero), add(rest, b), rest);
}

Value ScalarMath::max(Value a, Value b) {
  if (isFloat(a))
    return apply<arith::MaximumFOp>(a, b);
  return isUnsigned ? apply<arith::MaxUIOp>(a, b) : apply<arith::MaxSIOp>(a, b);
}

Value ScalarMath::min(Value a, Value b) {
  if (isFloat(a))
    return apply<arith::MinimumFOp>(a, b);
  return isUnsigned ? apply<arith::MinUIOp>(a, b) : apply<arith::MinSIOp>(a, b);
}

Value ScalarMath::neg(Value a) {
  return isFloat(a) ? apply<arith::NegFOp>(a) : apply<arith::SubIOp>(constant(0, a), a);
}

Value ScalarMath::abs(Value a) {
  if (isFloat(a))
    return apply<math::AbsFOp>(a);
  return isUnsigned ? a : max(a, neg(a));
}

/// Integers go through f64, which is exact up to 2^53.
Value ScalarMath::power(Value base, Value exponent) {
  if (isFloat(base))
    return apply<math::PowFOp>(base, exponent);
  Type wide = builder.getF64Type();
  Value result = apply<math::PowFOp>(cast(base, wide, false), cast(exponent, wide, false));
  return ScalarMath(builder, location, false).cast(result, base.getType(), isUnsigned);
}

Value ScalarMath::less(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLT, a, b);
  auto predicate = isUnsigned ? arith::CmpIPredicate::ult : arith::CmpIPredicate::slt;
  return arith::CmpIOp::create(builder, location, predicate, a, b);
}

Value ScalarMath::lessOrEqual(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OLE, a, b);
  auto predicate = isUnsigned ? arith::CmpIPredicate::ule : arith::CmpIPredicate::sle;
  return arith::CmpIOp::create(builder, location, predicate, a, b);
}

Value ScalarMath::equal(Value a, Value b) {
  if (isFloat(a))
    return arith::CmpFOp::create(builder, location, arith::CmpFPredicate::OEQ, a, b);
  return arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, a, b);
}

Value ScalarMath::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(builder, location, condition, yes, no);
}

Value ScalarMath::cast(Value value, Type to, bool toUnsigned) {
  if (value.getType() == to)
    return value;
  if (auto real = dyn_cast<FloatType>(to))
    return castToFloat(value, real);
  return castToInteger(value, mlir::cast<IntegerType>(to), toUnsigned);
}

Value ScalarMath::castToFloat(Value value, FloatType to) {
  auto from = dyn_cast<FloatType>(value.getType());
  if (!from)
    return isUnsigned ? convert<arith::UIToFPOp>(value, to) : convert<arith::SIToFPOp>(value, to);
  if (from.getWidth() < to.getWidth())
    return convert<arith::ExtFOp>(value, to);
  if (from.getWidth() > to.getWidth())
    return convert<arith::TruncFOp>(value, to);
  return convert<arith::TruncFOp>(convert<arith::ExtFOp>(value, builder.getF32Type()), to); // f16 and bf16
}

Value ScalarMath::castToInteger(Value value, IntegerType to, bool toUnsigned) {
  if (to.getWidth() == 1) { // true is whatever is not 0, NaN included
    Value isZero = equal(value, constant(0, value));
    return apply<arith::XOrIOp>(isZero, constant(1, isZero));
  }
  if (isFloat(value))
    return toUnsigned ? convert<arith::FPToUIOp>(value, to) : convert<arith::FPToSIOp>(value, to);
  unsigned width = value.getType().getIntOrFloatBitWidth();
  if (width > to.getWidth())
    return convert<arith::TruncIOp>(value, to);
  if (width == to.getWidth())
    return value;
  return isUnsigned ? convert<arith::ExtUIOp>(value, to) : convert<arith::ExtSIOp>(value, to);
}

} // namespace llmc::frontend
