// A planned model to one module of code: a function for each distinct kernel, and the host program of
// each variant.
#ifndef LLMC_COMPILER_CODEGEN_HOST_MODELLOWERING_H
#define LLMC_COMPILER_CODEGEN_HOST_MODELLOWERING_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/codegen/kernel/KernelFrame.h"
#include "mlir/IR/OwningOpRef.h"

namespace llmc::codegen {

/// What a backend does for a kernel: adds its function, of this name, to a module of code.
using KernelLowering =
    llvm::function_ref<KernelSignature(mlir::ModuleOp code, llvm::StringRef name, ir::KernelOp kernel,
                                       ir::DimAnalysis &dims, const ir::StateMemory &states)>;

/// The variants of a model, the first for all sizes: functions of kernels with a memory plan. Fills `facts`. Null after
/// a message.
mlir::OwningOpRef<mlir::ModuleOp> lowerModel(llvm::ArrayRef<mlir::func::FuncOp> variants, KernelLowering lowerKernel,
                                             const WeightsLayout &weights, ModelFacts &facts);

} // namespace llmc::codegen

#endif
