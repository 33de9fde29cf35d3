// The element types of the dialect, as numbers of the runtime's table and as bytes of memory.
#ifndef LLMC_COMPILER_IR_ELEMENTTYPES_H
#define LLMC_COMPILER_IR_ELEMENTTYPES_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/BuiltinTypes.h"
#include <optional>

namespace llmc::ir {

/// The dialect's type for a number LLMC_DTYPE_... (which is ONNX's, too); null for a number that the table lacks.
mlir::Type elementTypeOf(uint32_t dtype, mlir::MLIRContext *context);

/// The number of a type; integers count as signed. Nothing for types that no tensor of the dialect can have.
std::optional<uint32_t> dtypeOf(mlir::Type element);

/// Bits in memory: a bool takes a byte, an index a word.
unsigned elementBits(mlir::Type element);
/// Of an element that stands alone.
inline int64_t elementBytes(mlir::Type element) { return (elementBits(element) + 7) / 8; }

/// Bytes of a tensor in memory and in weights, row-major. Rows along the last axis end in whole bytes.
uint64_t byteSize(mlir::RankedTensorType type);
DimExpr byteSize(mlir::Type element, llvm::ArrayRef<DimExpr> dims);

} // namespace llmc::ir

#endif
