// Maps and reductions whose bodies are formulas in f32.
#ifndef LLMC_COMPILER_IR_FLOATMAPS_H
#define LLMC_COMPILER_IR_FLOATMAPS_H

#include "compiler/ir/FloatMath.h"
#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {

/// Each element in another type, by an operation of arith.
template <typename Conversion>
mlir::Value convertEach(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, mlir::Type element) {
  return MapOp::create(builder, loc, tensor,
                       [&](mlir::OpBuilder &inner, mlir::Location, mlir::ValueRange x) -> mlir::Value {
                         return Conversion::create(inner, loc, element, x[0]);
                       });
}

/// What `formula` gives of a FloatMath and an element of each operand.
template <typename Formula>
mlir::Value mapInF32(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange operands, Formula formula) {
  return MapOp::create(builder, loc, operands,
                       [&](mlir::OpBuilder &inner, mlir::Location, mlir::ValueRange x) -> mlir::Value {
                         FloatMath m(inner, loc);
                         return formula(m, x);
                       });
}

/// What `combine` gives of a FloatMath, what it gave of the elements before, and the next one.
template <typename Combine>
mlir::Value reduceInF32(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, llvm::ArrayRef<int64_t> axes,
                        double init, Combine combine) {
  return ReduceOp::create(builder, loc, input, axes, builder.getF32FloatAttr(static_cast<float>(init)),
                          [&](mlir::OpBuilder &inner, mlir::Location, mlir::ValueRange x) -> mlir::Value {
                            FloatMath m(inner, loc);
                            return combine(m, x[0], x[1]);
                          });
}

/// The bits of the largest absolute value along an axis, in f32; those of NaN where there is one. Without their sign,
/// bits of floats are ordered as integers.
inline mlir::Value largestBitsAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, int64_t axis) {
  return ReduceOp::create(builder, loc, input, axis, builder.getI32IntegerAttr(0),
                          [](mlir::OpBuilder &inner, mlir::Location at, mlir::ValueRange x) -> mlir::Value {
                            FloatMath m(inner, at);
                            mlir::Value bits =
                                mlir::arith::BitcastOp::create(inner, at, inner.getI32Type(), m.abs(m.widen(x[1])));
                            return mlir::arith::MaxUIOp::create(inner, at, x[0], bits);
                          });
}

/// That value divided by `most`.
inline mlir::Value stepsAlong(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, int64_t axis,
                              double most) {
  return MapOp::create(builder, loc, largestBitsAlong(builder, loc, input, axis),
                       [&](mlir::OpBuilder &inner, mlir::Location at, mlir::ValueRange x) -> mlir::Value {
                         FloatMath m(inner, at);
                         mlir::Value value = mlir::arith::BitcastOp::create(inner, at, inner.getF32Type(), x[0]);
                         return m.mul(value, m.constant(1 / most));
                       });
}

} // namespace llmc::ir

#endif
