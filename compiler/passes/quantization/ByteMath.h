// What passes write around products of bytes.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_BYTEMATH_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_BYTEMATH_H

#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// A byte as i32.
mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value byte, bool isUnsigned);
/// The sums of a tensor of bytes along an axis, in i32.
mlir::Value sumBytes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value bytes, bool isUnsigned, int64_t axis);
/// A sum of i32 times the steps of both sides, in f32.
mlir::Value scaleSum(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value sum, mlir::Value lhsStep,
                     mlir::Value rhsStep);

} // namespace llmc::passes

#endif
