// How f32 becomes bf16 at levels that have an instruction for it.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_HALFROUNDING_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_HALFROUNDING_H

#include "compiler/support/TargetSpec.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::codegen::cpu {

/// Whether LLVM may take the instruction. Where plain code stands in for it, that code gives the same bits.
bool roundToHalves(mlir::ModuleOp code, const TargetSpec &target);

} // namespace llmc::codegen::cpu

#endif
