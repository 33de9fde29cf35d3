// Recognises tensors of floats that stand for bytes.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_DEQUANTIZED_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_DEQUANTIZED_H

#include "compiler/ir/LlmcDialect.h"

namespace llmc::passes {

/// (bytes - zeroPoint) * scale, in f32; both parameters broadcast to the bytes, the zero point is null where it is 0.
struct Dequantized {
  mlir::Value bytes, zeroPoint, scale;
  bool isUnsigned, isZeroPointUnsigned;
  mlir::Type element; // to which the product is rounded
};

/// How a map makes floats from bytes. The zero point may be a float as well, and the result be rounded to a narrow
/// type, and widened again.
std::optional<Dequantized> matchDequantizingMap(ir::MapOp map);

/// How `tensor`, of f32, is made from bytes, seen through transposes of it, which `builder` makes of the bytes instead;
/// nothing where it is not.
std::optional<Dequantized> matchDequantized(mlir::OpBuilder &builder, mlir::Value tensor);

} // namespace llmc::passes

#endif
