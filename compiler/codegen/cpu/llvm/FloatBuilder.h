// Arithmetic on floats of one type, scalars or vectors.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_FLOATBUILDER_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_FLOATBUILDER_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace llmc::codegen::cpu {

class FloatBuilder {
public:
  /// Builds before `op`, on floats of the type of its result.
  explicit FloatBuilder(mlir::Operation *op);

  bool isF32() const;
  mlir::Value constant(double value);
  mlir::Value add(mlir::Value a, mlir::Value b) { return mlir::arith::AddFOp::create(builder, a, b); }
  mlir::Value sub(mlir::Value a, mlir::Value b) { return mlir::arith::SubFOp::create(builder, a, b); }
  mlir::Value mul(mlir::Value a, mlir::Value b) { return mlir::arith::MulFOp::create(builder, a, b); }
  mlir::Value div(mlir::Value a, mlir::Value b) { return mlir::arith::DivFOp::create(builder, a, b); }
  mlir::Value negate(mlir::Value a) { return mlir::arith::NegFOp::create(builder, a); }
  /// a * b + c, rounded once.
  mlir::Value multiplyAdd(mlir::Value a, mlir::Value b, mlir::Value c);
  mlir::Value isLess(mlir::Value a, mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no) {
    return mlir::arith::SelectOp::create(builder, condition, yes, no);
  }
  /// NaN stays.
  mlir::Value clamp(mlir::Value x, double least, double most);
  /// c[0] + c[1] x + c[2] x^2 + ...
  mlir::Value polynomial(llvm::ArrayRef<double> coefficients, mlir::Value x);
  /// The f32 whose bits are those of x, shifted.
  mlir::Value shiftBitsLeft(mlir::Value x, int32_t distance);
  template <typename Op> mlir::Value apply(mlir::Value x) { return Op::create(builder, x); }

private:
  mlir::Type withElement(mlir::Type element) const;
  mlir::Value splat(mlir::TypedAttr value);

  mlir::ImplicitLocOpBuilder builder;
  mlir::Type type;
};

} // namespace llmc::codegen::cpu

#endif
