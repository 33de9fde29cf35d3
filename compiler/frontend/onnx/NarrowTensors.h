// Tensors of integers below 8 bits, packed in bytes, and of floats of 8 bits.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_NARROWTENSORS_H
#define LLMC_COMPILER_FRONTEND_ONNX_NARROWTENSORS_H

#include "compiler/frontend/onnx/TensorData.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace llmc::frontend {

/// The values of a small tensor whose type is narrow, in the type that holds them.
mlir::DenseElementsAttr narrowAttribute(const TensorData &tensor, mlir::MLIRContext *context);

/// The same from its bytes, a vector of i8 that need not be known.
mlir::Value spreadBytes(mlir::Value bytes, const TensorData &tensor, mlir::ImplicitLocOpBuilder &builder);

} // namespace llmc::frontend

#endif
