// The loop shapes that kernels are built from.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_LOOPS_H
#define LLMC_COMPILER_CODEGEN_KERNEL_LOOPS_H

#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen {

using LoopBody =
    llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Value index, mlir::ValueRange carried)>;
/// index = first, first + step, ... below bound; gives the carried values after the last turn.
llvm::SmallVector<mlir::Value> forLoop(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value first,
                                       mlir::Value bound, int64_t step, mlir::ValueRange carried, LoopBody body);

/// Asks LLVM not to unroll a loop.
void keepRolled(mlir::Operation *loop);

using BlockBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Value start,
                                                                    mlir::Value size, mlir::ValueRange carried)>;
/// Covers 0..count-1 by blocks: those of `most` first, whose size is a constant, then at most one that is smaller.
llvm::SmallVector<mlir::Value> blockLoop(KernelFrame &frame, mlir::OpBuilder &builder, const ir::DimExpr &count,
                                         int64_t most, mlir::ValueRange carried, BlockBody body);

using VectorBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Value start,
                                                                     mlir::Value mask, mlir::ValueRange carried)>;
/// Covers 0..count-1 by vectors of `lanes`: whole ones first, without a mask, then at most one under a mask.
llvm::SmallVector<mlir::Value> vectorLoop(KernelFrame &frame, mlir::OpBuilder &builder, const ir::DimExpr &count,
                                          int64_t lanes, mlir::ValueRange carried, VectorBody body);

/// For each task, for each of its rows: the body sees the number of a row of `rowCount`. Gives the number of tasks.
ir::DimExpr rowLoop(KernelFrame &frame, const ir::DimExpr &rowCount, int64_t rowsPerTask,
                    llvm::function_ref<void(mlir::OpBuilder &, mlir::Value row)> body);

/// The position with this row-major number in a tensor of these sizes.
Position delinearize(KernelFrame &frame, mlir::OpBuilder &builder, mlir::Value linear,
                     llvm::ArrayRef<ir::DimExpr> dims);

/// base + distance
mlir::Value offset(KernelFrame &frame, mlir::OpBuilder &builder, mlir::Value base, int64_t distance);

/// lane < count, as vector<lanes x i1>.
mlir::Value lanesBelow(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value count, int64_t lanes);

/// Whether vectors of `lanes` cover so many elements without a rest.
bool fillsVectors(const ir::DimExpr &count, int64_t lanes);

/// How many rows of this many elements make a task that is worth a thread's while.
int64_t rowsPerTask(const ir::DimExpr &rowElements, int64_t costPerElement = 1);

} // namespace llmc::codegen

#endif
