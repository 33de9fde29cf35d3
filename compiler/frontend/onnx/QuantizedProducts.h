// Products of matrices and convolutions of quantized integers: exact sums in i32, to which zero points and scales come
// as maps.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_QUANTIZEDPRODUCTS_H
#define LLMC_COMPILER_FRONTEND_ONNX_QUANTIZEDPRODUCTS_H

#include "compiler/frontend/onnx/QuantizedTensors.h"

namespace llmc::frontend {

/// One side of a product.
struct IntegerSide {
  mlir::Value tensor;
  OnnxElementType type;
  /// Broadcasts to the tensor and is the same along the axes that are summed up. Null where it is known to be 0.
  mlir::Value zeroPoint;
};

/// Input `index` of the node as it broadcasts to a matrix, the left or right one of a product: one number, one a row or
/// one a column.
mlir::Value perRow(OperatorContext &op, size_t index);
mlir::Value perColumn(OperatorContext &op, size_t index);
/// The same for filters, or whatever else of `rank` has the filters at axis 0.
mlir::Value perFilter(OperatorContext &op, size_t index, int64_t rank);

using ReadParameter = llvm::function_ref<mlir::Value(size_t)>;
/// Inputs `tensor` and `zeroPoint` of the node, which may lack the latter.
IntegerSide readSide(OperatorContext &op, size_t tensor, size_t zeroPoint, ReadParameter read);

/// Sums of (lhs - its zero point) * (rhs - its zero point), in i32, modulo 2^32. Sides that are vectors are a row and a
/// column.
mlir::Value multiplyIntegers(OperatorContext &op, const IntegerSide &lhs, const IntegerSide &rhs);

/// The same as the convolution that the node's attributes describe; the border of the input is its zero point. Null
/// after a failure.
mlir::Value convolveIntegers(OperatorContext &op, const IntegerSide &input, const IntegerSide &filter);

/// sums * the scales of both sides, in f32.
mlir::Value scaleSums(OperatorContext &op, mlir::Value sums, mlir::Value lhsScale, mlir::Value rhsScale);

/// A product with input `bias` of the node added, if it has that.
mlir::Value withBias(OperatorContext &op, mlir::Value product, size_t bias);

/// saturate(round(sum * ratio) + zeroPoint), the product in f32.
mlir::Value requantize(OperatorContext &op, mlir::Value sums, mlir::Value ratio, const Quantization &to);

} // namespace llmc::frontend

#endif
