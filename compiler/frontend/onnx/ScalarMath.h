// Scalar operations inside the regions of llmc.map and llmc.reduce. Each picks the float, signed or unsigned operation
// from the type of its operands.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_SCALARMATH_H
#define LLMC_COMPILER_FRONTEND_ONNX_SCALARMATH_H

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"

namespace llmc::frontend {

class ScalarMath {
public:
  ScalarMath(mlir::OpBuilder &builder, mlir::Location location, bool isUnsigned)
      : builder(builder), location(location), isUnsigned(isUnsigned) {}

  bool readsUnsigned() const { return isUnsigned; }
  ScalarMath asSigned() const { return ScalarMath(builder, location, false); }

  static bool isFloat(mlir::Value value) { return llvm::isa<mlir::FloatType>(value.getType()); }

  /// `value` in the type of `like`. Integers take its whole part.
  mlir::Value constant(double value, mlir::Value like) { return constant(value, like.getType()); }
  mlir::Value constant(double value, mlir::Type type);
  mlir::Value largest(mlir::Type type);  ///< infinity for floats
  mlir::Value smallest(mlir::Type type); ///< the negative of that
  mlir::Value allOnes(mlir::Type type);

  mlir::Value add(mlir::Value a, mlir::Value b);
  mlir::Value sub(mlir::Value a, mlir::Value b);
  mlir::Value mul(mlir::Value a, mlir::Value b);
  /// Integers: toward zero. Division by zero, which ONNX leaves open, gives the dividend and never traps.
  mlir::Value div(mlir::Value a, mlir::Value b);
  /// With the sign of the dividend, as C's % and fmod.
  mlir::Value remainder(mlir::Value a, mlir::Value b);
  /// With the sign of the divisor, as Python's %.
  mlir::Value modulo(mlir::Value a, mlir::Value b);
  mlir::Value max(mlir::Value a, mlir::Value b); ///< NaN if one is
  mlir::Value min(mlir::Value a, mlir::Value b);
  mlir::Value neg(mlir::Value a);
  mlir::Value abs(mlir::Value a);
  mlir::Value power(mlir::Value base, mlir::Value exponent);

  mlir::Value less(mlir::Value a, mlir::Value b);
  mlir::Value lessOrEqual(mlir::Value a, mlir::Value b);
  mlir::Value equal(mlir::Value a, mlir::Value b);
  mlir::Value select(mlir::Value condition, mlir::Value yes, mlir::Value no);

  /// The value in another type, read as signed or unsigned as `isUnsigned` says.
  mlir::Value cast(mlir::Value value, mlir::Type to, bool toUnsigned);

  /// An operation of arith, math or llmc whose result has the type of its first operand.
  template <typename Op, typename... Operands> mlir::Value apply(Operands... operands) {
    return Op::create(builder, location, operands...);
  }
  template <typename Op> mlir::Value convert(mlir::Value value, mlir::Type to) {
    return Op::create(builder, location, to, value);
  }

private:
  mlir::Value safeDivisor(mlir::Value a, mlir::Value b);
  mlir::Value castToFloat(mlir::Value value, mlir::FloatType to);
  mlir::Value castToInteger(mlir::Value value, mlir::IntegerType to, bool toUnsigned);

  mlir::OpBuilder &builder;
  mlir::Location location;
  bool isUnsigned;
};

} // namespace llmc::frontend

#endif
