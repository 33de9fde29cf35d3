// Reshapes, expands and slices to sizes that are formulas, and transposes.
#ifndef LLMC_COMPILER_IR_RESHAPING_H
#define LLMC_COMPILER_IR_RESHAPING_H

#include "compiler/ir/DimExpr.h"
#include "mlir/IR/Builders.h"

namespace llmc::ir {

/// `tensor` under other sizes; the formulas must not depend on data.
mlir::Value reshapeTo(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                      llvm::ArrayRef<DimExpr> dims);
/// `tensor` repeated to these sizes.
mlir::Value expandTo(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                     llvm::ArrayRef<DimExpr> dims);
/// `tensor` with its axes in the order of `perm`.
mlir::Value transposeBy(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                        llvm::ArrayRef<int64_t> perm);
/// The part of `tensor` with these sizes, of which each `step`-th element from an offset on is taken.
mlir::Value sliceBy(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                    llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<DimExpr> dims, llvm::ArrayRef<int64_t> steps);
/// The part of `tensor`, whose sizes are `dims`, that `size` elements from `offset` on along an axis are.
mlir::Value sliceAxis(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor,
                      llvm::ArrayRef<DimExpr> dims, int64_t axis, int64_t offset, int64_t size);

/// `tensor` with so many times `value`, a scalar, before and behind each axis.
mlir::Value padBy(mlir::OpBuilder &builder, mlir::Location location, mlir::Value tensor, mlir::Value value,
                  llvm::ArrayRef<int64_t> low, llvm::ArrayRef<int64_t> high);

} // namespace llmc::ir

#endif
