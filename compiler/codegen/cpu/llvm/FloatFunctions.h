// Functions of f32 in few instructions, for scalars and vectors: nothing but arithmetic that rounds once, so every CPU
// computes the same bits. Errors are the largest over all floats, in units of the last place.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_FLOATFUNCTIONS_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_FLOATFUNCTIONS_H

#include "compiler/codegen/cpu/llvm/FloatBuilder.h"

namespace llmc::codegen::cpu {

/// Off by 0.93. What is less than 2^-125.5 becomes 0: denormals would slow down whatever reads them.
mlir::Value exponential(FloatBuilder &build, mlir::Value x);
/// The same, off by 2^-13 of the value: for results that are rounded to bf16.
mlir::Value coarseExponential(FloatBuilder &build, mlir::Value x);
/// Off by 2.02.
mlir::Value exponentialMinus1(FloatBuilder &build, mlir::Value x);
/// Off by 3.4.
mlir::Value hyperbolicTangent(FloatBuilder &build, mlir::Value x);
/// Off by 3.5.
mlir::Value errorFunction(FloatBuilder &build, mlir::Value x);
/// (1 + erf(x / sqrt(2))) / 2, off by less than 2^-23.
mlir::Value normalDistribution(FloatBuilder &build, mlir::Value x);
/// The same, off by 2^-16: for results that are rounded to bf16.
mlir::Value coarseNormalDistribution(FloatBuilder &build, mlir::Value x);

} // namespace llmc::codegen::cpu

#endif
