// Kernel regions to functions. Each family lowers the kernels of its anchors; a kernel without an anchor is pointwise,
// or put together part after part; one that nobody takes is lowered plainly. All keep the promise of
// compiler/ir/InPlace.h: the result may lie where an operand lies.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELLOWERING_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_KERNELLOWERING_H

#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen::cpu {

/// Adds the function `name` for `kernel` to `module`.
KernelSignature lowerKernel(mlir::ModuleOp module, mlir::StringRef name, ir::KernelOp kernel, ir::DimAnalysis &dims,
                            const ir::StateMemory &states, const TargetSpec &target);

/// Emits the loops of an anchor and gives the number of tasks of a call.
template <typename Anchor> ir::DimExpr lowerAnchor(KernelFrame &frame, Anchor op);

/// An anchor's row in the table of lowerings; it stands in the file of its family. Each operation with AnchorInterface
/// needs one: without it nothing links.
#define LLMC_LOWERS(Anchor, function)                                                                                  \
  template <> ir::DimExpr lowerAnchor<Anchor>(KernelFrame & frame, Anchor op) { return function(frame, op); }

/// The loops of any anchor, by its row.
ir::DimExpr lowerByRow(KernelFrame &frame, ir::AnchorInterface anchor);

/// Results of equal sizes that depend on no anchor, or only on those that lie in memory.
ir::DimExpr lowerPointwise(KernelFrame &frame);

/// A result that is put together of parts, without an anchor.
ir::DimExpr lowerConcat(KernelFrame &frame, ir::ConcatOp op);

/// Any kernel: its anchors one after the other into scratch memory, then the results from there. One task does it all.
ir::DimExpr lowerPlain(KernelFrame &frame);

} // namespace llmc::codegen::cpu

#endif
