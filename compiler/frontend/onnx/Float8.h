// Floats of 8 bits, which the dialect holds as f32: what they can be, and how others become one.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_FLOAT8_H
#define LLMC_COMPILER_FRONTEND_ONNX_FLOAT8_H

#include "compiler/frontend/onnx/OnnxElementTypes.h"
#include "compiler/frontend/onnx/ScalarMath.h"
#include "llvm/ADT/APFloat.h"

namespace llmc::frontend {

bool isFloat8(OnnxElementType type);
const llvm::fltSemantics &semanticsOf(OnnxElementType type);

/// The nearest number that `type` has, of two the even one, as f32. What is too large becomes the largest, or where it
/// does not `saturate` infinity or, in types without one, NaN.
mlir::Value roundToFloat8(ScalarMath &math, mlir::Value number, OnnxElementType type, bool saturates);

} // namespace llmc::frontend

#endif
