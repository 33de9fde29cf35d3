// Arithmetic in the bodies of maps and reductions.
#ifndef LLMC_COMPILER_IR_FLOATMATH_H
#define LLMC_COMPILER_IR_FLOATMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"

namespace llmc::ir {

/// f32, or a float that has room in it.
inline bool widensToF32(mlir::Type type) {
  return llvm::isa<mlir::Float32Type, mlir::Float16Type, mlir::BFloat16Type>(type);
}

/// Arithmetic on scalars of f32.
class FloatMath {
public:
  FloatMath(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value constant(double value) {
    return mlir::arith::ConstantOp::create(builder, loc, builder.getF32FloatAttr(static_cast<float>(value)));
  }
  template <typename Op> mlir::Value apply(mlir::Value a, mlir::Value b) { return Op::create(builder, loc, a, b); }
  mlir::Value add(mlir::Value a, mlir::Value b) { return apply<mlir::arith::AddFOp>(a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return apply<mlir::arith::SubFOp>(a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return apply<mlir::arith::MulFOp>(a, b); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return apply<mlir::arith::DivFOp>(a, b); }
  mlir::Value abs(mlir::Value a) { return mlir::math::AbsFOp::create(builder, loc, a); }
  mlir::Value roundEven(mlir::Value a) { return mlir::math::RoundEvenOp::create(builder, loc, a); }
  mlir::Value fromInteger(mlir::Value a) {
    return mlir::arith::SIToFPOp::create(builder, loc, builder.getF32Type(), a);
  }
  mlir::Value sqrt(mlir::Value a) { return mlir::math::SqrtOp::create(builder, loc, a); }
  mlir::Value isEqual(mlir::Value a, mlir::Value b) {
    return mlir::arith::CmpFOp::create(builder, loc, mlir::arith::CmpFPredicate::OEQ, a, b);
  }
  mlir::Value isLess(mlir::Value a, mlir::Value b) {
    return mlir::arith::CmpFOp::create(builder, loc, mlir::arith::CmpFPredicate::OLT, a, b);
  }
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return mlir::arith::SelectOp::create(builder, loc, condition, yes, no);
  }
  mlir::Value widen(mlir::Value a) {
    return a.getType().isF32() ? a : mlir::arith::ExtFOp::create(builder, loc, builder.getF32Type(), a);
  }
  /// a / scale, or a where the scale is 0.
  mlir::Value inSteps(mlir::Value a, mlir::Value scale) {
    mlir::Value isZero = isEqual(scale, constant(0));
    return div(a, select(isZero, constant(1), scale));
  }
  /// The nearest whole number from 0 to `most`.
  mlir::Value whole(mlir::Value a, int64_t most) {
    mlir::Value rounded = apply<mlir::arith::MaximumFOp>(roundEven(a), constant(0));
    return apply<mlir::arith::MinimumFOp>(rounded, constant(static_cast<double>(most)));
  }

private:
  mlir::OpBuilder &builder;
  mlir::Location loc;
};

} // namespace llmc::ir

#endif
