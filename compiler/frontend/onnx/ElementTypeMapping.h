// ONNX's element types as MLIR types. Integers lose their sign there, so importers carry the ONNX type along.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ELEMENTTYPEMAPPING_H
#define LLMC_COMPILER_FRONTEND_ONNX_ELEMENTTYPEMAPPING_H

#include "compiler/frontend/onnx/OnnxElementTypes.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Types.h"

namespace llmc::frontend {

/// False for types that the dialect does not hold.
bool isCompiled(OnnxElementType type);

/// True for types of 8 bits and less that the dialect holds as wider ones: integers as i8, floats as f32. Constants and
/// values within a model may have them, its inputs and outputs may not.
bool isNarrow(OnnxElementType type);

/// The type in which the dialect holds values of `type`; null where it can't.
mlir::Type mlirTypeOf(OnnxElementType type, mlir::MLIRContext *context);

/// Bool counts as unsigned: it widens with zeros.
bool isUnsigned(OnnxElementType type);

} // namespace llmc::frontend

#endif
