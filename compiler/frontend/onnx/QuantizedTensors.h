// Integers that stand for real numbers, as the operators of ONNX and of com.microsoft that quantize have them.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_QUANTIZEDTENSORS_H
#define LLMC_COMPILER_FRONTEND_ONNX_QUANTIZEDTENSORS_H

#include "compiler/frontend/onnx/OperatorContext.h"

namespace llmc::frontend {

/// real = (integer - zeroPoint) * scale.
struct Quantization {
  mlir::Value scale;     ///< broadcasts to the tensor
  mlir::Value zeroPoint; ///< as well; null where it is known to be 0
  OnnxElementType type;  ///< of the integers, or floats of 8 bits
  bool saturates = true;
};

/// Where the parameters of a quantization differ: nowhere, along an axis, or from block to block of one.
struct Granularity {
  int64_t axis = 0;
  int64_t blockSize = 0; ///< 0: not in blocks
};

struct IntegerRange {
  double least, most;
};
/// Of a type of integers.
IntegerRange rangeOf(OnnxElementType type);

/// Inputs `scale` and `zeroPoint` of the node as the quantization of `tensor`, whose integers have `type`.
Quantization readQuantization(OperatorContext &op, size_t scale, size_t zeroPoint, mlir::Value tensor,
                              OnnxElementType type, Granularity granularity = {});

/// A parameter with one element a block along an axis, of the rank of `tensor`, as it broadcasts to that.
mlir::Value spreadBlocks(OperatorContext &op, mlir::Value parameter, mlir::Value tensor, Granularity granularity);

/// True for constants that are 0 everywhere.
bool isKnownZero(mlir::Value tensor);

/// The integer, in the type that the dialect has for `type`, nearest to a quotient in f32; even ones win, and those
/// beyond the range become its ends. NaN becomes the least. `math` reads integers as `type` does.
mlir::Value roundToInteger(ScalarMath &math, mlir::Value quotient, mlir::Value zeroPoint, OnnxElementType type);

/// saturate(round(real / scale) + zeroPoint). The division has the precision of `divisionType`. Floats of 8 bits have
/// no zero point, and what is too large for them becomes something else unless they saturate.
mlir::Value quantize(OperatorContext &op, const OnnxValue &real, const Quantization &to, mlir::Type divisionType);

/// The quantization to uint8 that covers all values of a tensor of f32 and 0; a scale of 1 where all are 0.
Quantization chooseQuantization(OperatorContext &op, mlir::Value real);

/// In `type`, from a product in f32.
mlir::Value dequantize(OperatorContext &op, mlir::Value integers, const Quantization &from, mlir::Type type);

} // namespace llmc::frontend

#endif
