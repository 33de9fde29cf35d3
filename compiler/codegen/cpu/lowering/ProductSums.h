// What products of both kinds do with a sum and with an element of a side.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_PRODUCTSUMS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_PRODUCTSUMS_H

#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen::cpu {

/// Of a native vector of sums.
int64_t sumLanes(KernelFrame &frame, mlir::Type sum);

/// Widens an integer operand to the sums' type.
mlir::Value widen(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value value, mlir::Type element, bool isUnsigned);

/// Takes a finished sum through the epilogue to the results.
void finishSum(KernelFrame &frame, mlir::OpBuilder &builder, mlir::Value contraction, mlir::Value sum, Position at,
               mlir::Value column, int64_t lanes, mlir::Value mask);

} // namespace llmc::codegen::cpu

#endif
