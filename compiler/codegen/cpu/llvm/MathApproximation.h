// Functions as polynomials where those are accurate, so that they vectorize.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_MATHAPPROXIMATION_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_MATHAPPROXIMATION_H

#include "mlir/IR/BuiltinOps.h"

namespace llmc::codegen::cpu {

/// What it leaves of the math dialect is for libm.
llvm::LogicalResult approximateMath(mlir::ModuleOp code);

} // namespace llmc::codegen::cpu

#endif
