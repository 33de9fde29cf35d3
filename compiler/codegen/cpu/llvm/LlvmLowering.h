// From loops and vectors to the LLVM dialect.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_LLVMLOWERING_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_LLVMLOWERING_H

#include "mlir/IR/BuiltinOps.h"

namespace llmc::codegen::cpu {

llvm::LogicalResult lowerToLlvm(mlir::ModuleOp code);

} // namespace llmc::codegen::cpu

#endif
