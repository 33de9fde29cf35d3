// Codes of a few bits, as operations on tensors of bytes.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_CODES_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_CODES_H

#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// Each byte with a constant added.
mlir::Value addToBytes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value bytes, int64_t distance);

/// A matrix with so many zeros behind the last elements along an axis.
mlir::Value padEnd(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value matrix, int64_t axis, int64_t missing);
/// With as many rows of zeros below it that their number is a multiple.
mlir::Value padRows(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value matrix, int64_t multiple);

/// A matrix of codes, one a byte, with those that are `apart` rows apart in one byte: the upper ones in its lower bits,
/// zeros below the last row.
mlir::Value packCodes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value codes, int64_t bits, int64_t apart = 1);

/// The `rows` rows that were packed so.
mlir::Value unpackCodes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value packed, int64_t rows, int64_t bits,
                        int64_t apart);

} // namespace llmc::passes

#endif
