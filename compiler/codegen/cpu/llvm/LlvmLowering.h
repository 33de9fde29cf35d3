// From loops and vectors to the LLVM dialect.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_LLVMLOWERING_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_LLVMLOWERING_H

#include "compiler/support/TargetSpec.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::codegen::cpu {

llvm::LogicalResult lowerToLlvm(mlir::ModuleOp code, const TargetSpec &target);

} // namespace llmc::codegen::cpu

#endif
