// Checks inside kernels: the first that fails leaves its number and two values in the run's failure words.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_FAILURE_H
#define LLMC_COMPILER_CODEGEN_KERNEL_FAILURE_H

#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen {

/// Where not `valid` (a scalar or a vector, under `mask` if there is one), stores 1 + the number of `op`'s check, then
/// `value` and `bound` of the first such lane.
void reportFailure(mlir::OpBuilder &builder, KernelFrame &frame, mlir::Value valid, mlir::Value value,
                   mlir::Value bound, mlir::Value mask, mlir::Operation *op);

} // namespace llmc::codegen

#endif
