// Vectors of words of 32 bits that hold two bf16 each.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_HALFWORDS_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_HALFWORDS_H

#include "compiler/support/TargetSpec.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace llmc::codegen::cpu {

/// The first and the second bf16 of words, as f32.
mlir::Value firstHalf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value words);
mlir::Value secondHalf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value words);
/// 0, with the sign of x, where f32 has no normal number for it: so instructions for bf16 read and write.
mlir::Value withoutDenormals(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x);
/// The bits of the bf16 that f32 is rounded to, by plain code that does what instructions do: rounded to even, NaN
/// stays NaN. Whoever has denormal numbers as zeros gives them so.
mlir::Value roundedToHalf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x);

/// f32 rounded to bf16, by the instruction or by plain code that gives the same bits.
class HalfWords {
public:
  HalfWords(mlir::Location loc, const TargetSpec &target);

  /// Words of neighbours: those of `a`, then those of `b`.
  mlir::Value follow(mlir::OpBuilder &builder, mlir::Value a, mlir::Value b) const;
  /// Word i holds element i of `a` and of `b`.
  mlir::Value pair(mlir::OpBuilder &builder, mlir::Value a, mlir::Value b) const;

private:
  /// The elements of `a`, then those of `b`, as vectors of 16 bits.
  mlir::Value round(mlir::OpBuilder &builder, mlir::Value a, mlir::Value b) const;

  mlir::Location loc;
  bool hasInstruction;
};

} // namespace llmc::codegen::cpu

#endif
