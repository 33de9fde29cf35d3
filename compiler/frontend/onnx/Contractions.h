// What the operators share that are products of matrices and convolutions, of floats and of quantized integers.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_CONTRACTIONS_H
#define LLMC_COMPILER_FRONTEND_ONNX_CONTRACTIONS_H

#include "compiler/frontend/onnx/OperatorContext.h"

namespace llmc::frontend {

/// `tensor` with an axis of size 1 put in at `axis`.
mlir::Value withAxis(OperatorContext &op, mlir::Value tensor, int64_t axis);
mlir::Value withoutAxis(OperatorContext &op, mlir::Value tensor, int64_t axis);

/// `multiply` of matrices. A vector on the left is a row, on the right a column; that axis leaves the result again.
mlir::Value multiplyAsMatrices(OperatorContext &op, mlir::Value a, mlir::Value b,
                               llvm::function_ref<mlir::Value(mlir::Value, mlir::Value)> multiply);

/// The convolution of floats that the node's attributes describe. Null after a failure.
mlir::Value convolve(OperatorContext &op, mlir::Value input, mlir::Value filter);

/// The means of the windows that the node's attributes describe, [N, C, spatial..] of f32. Null after a failure.
mlir::Value averageWindows(OperatorContext &op, mlir::Value input);

/// A vector, one element a channel, as it broadcasts to tensors [N, C, spatial..] of `rank`.
mlir::Value alongChannels(OperatorContext &op, mlir::Value vector, int64_t rank);

} // namespace llmc::frontend

#endif
