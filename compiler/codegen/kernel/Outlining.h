// Code of a kernel that becomes a function of its own.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_OUTLINING_H
#define LLMC_COMPILER_CODEGEN_KERNEL_OUTLINING_H

#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen {

/// Emits a body, which gives nothing, as a function that is called. LLVM brings the constants of a long body before all
/// loops around it, where they take registers from what those loops hold in them.
void emitApart(KernelFrame &frame, mlir::OpBuilder &builder, llvm::StringRef name,
               llvm::function_ref<void(mlir::OpBuilder &)> body);

} // namespace llmc::codegen

#endif
