// Maps and reductions whose bodies are formulas in f32.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_FLOATMAPS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_FLOATMAPS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/quantization/FloatMath.h"

namespace llmc::passes {

/// What `formula` gives of a FloatMath and an element of each operand.
template <typename Formula>
mlir::Value mapInF32(mlir::OpBuilder &builder, mlir::Location loc, mlir::ValueRange operands, Formula formula) {
  return ir::MapOp::create(builder, loc, operands,
                           [&](mlir::OpBuilder &inner, mlir::Location, mlir::ValueRange x) -> mlir::Value {
                             FloatMath m(inner, loc);
                             return formula(m, x);
                           });
}

/// What `combine` gives of a FloatMath, what it gave of the elements before, and the next one.
template <typename Combine>
mlir::Value reduceInF32(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value input, int64_t axis, double init,
                        Combine combine) {
  return ir::ReduceOp::create(builder, loc, input, axis, builder.getF32FloatAttr(static_cast<float>(init)),
                              [&](mlir::OpBuilder &inner, mlir::Location, mlir::ValueRange x) -> mlir::Value {
                                FloatMath m(inner, loc);
                                return combine(m, x[0], x[1]);
                              });
}

} // namespace llmc::passes

#endif
