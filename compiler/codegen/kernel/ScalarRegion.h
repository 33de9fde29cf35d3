// Scalar regions of maps and reductions as scalar or vector code.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_SCALARREGION_H
#define LLMC_COMPILER_CODEGEN_KERNEL_SCALARREGION_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/Region.h"

namespace llmc::codegen {

/// The type in which the maths on an element type is done: f32 for f16 and bf16. Operations of one map keep the excess
/// precision between them, since conversions would cost more than the maths; a conversion that the model asks for
/// rounds.
mlir::Type computeType(mlir::Type elementType);
mlir::Value convertToCompute(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value);
mlir::Value convertToStorage(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Type elementType);

/// Emits the region for these operands and gives what it yields. Operands are scalars or vectors of `lanes`; an
/// operation with any vector operand becomes a vector operation. Each keeps its location.
llvm::SmallVector<mlir::Value> inlineScalarRegion(mlir::OpBuilder &builder, mlir::Region &region,
                                                  mlir::ValueRange operands, int64_t lanes);

/// A type of as many lanes as `like`.
mlir::Type withElement(mlir::Type like, mlir::Type element);

/// A scalar in all lanes of a vector; with one lane the scalar itself.
mlir::Value splat(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value scalar, int64_t lanes);

} // namespace llmc::codegen

#endif
