// Kernel regions to functions. Each family lowers the kernels of its anchors; a kernel without an anchor is pointwise.
// All keep the promise of compiler/ir/InPlace.h: the result may lie where an operand lies.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELLOWERING_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELLOWERING_H

#include "compiler/codegen/cpu/lowering/KernelFrame.h"

namespace llmc::codegen::cpu {

/// Adds the function `name` for `kernel` to `module`.
KernelSignature lowerKernel(mlir::ModuleOp module, mlir::StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const TargetSpec &target);

// The families. Each emits its loops and gives the number of tasks of a call.
ir::DimExpr lowerPointwise(KernelFrame &frame);
ir::DimExpr lowerReduce(KernelFrame &frame, ir::ReduceOp op);
ir::DimExpr lowerArgReduce(KernelFrame &frame, ir::ArgReduceOp op);
ir::DimExpr lowerSoftmax(KernelFrame &frame, ir::SoftmaxOp op);
ir::DimExpr lowerNorm(KernelFrame &frame, ir::NormOp op);
ir::DimExpr lowerMatmul(KernelFrame &frame, ir::MatmulOp op);
ir::DimExpr lowerPackedMatmul(KernelFrame &frame, ir::PackedMatmulOp op);
ir::DimExpr lowerConv(KernelFrame &frame, ir::ConvOp op);

} // namespace llmc::codegen::cpu

#endif
