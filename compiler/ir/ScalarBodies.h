// Bodies of llmc.map and llmc.reduce, moved and trimmed by passes.
#ifndef LLMC_COMPILER_IR_SCALARBODIES_H
#define LLMC_COMPILER_IR_SCALARBODIES_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/IRMapping.h"

namespace llmc::ir {

/// Writes a body's operations anew where `builder` stands, on `scalars` instead of its arguments; gives what it yields.
/// Operations whose results `mapping` knows already are left out.
mlir::Value inlineBody(mlir::OpBuilder &builder, mlir::Region &body, mlir::ValueRange scalars,
                       mlir::IRMapping mapping = {});

/// Nothing dearer than an addition: may be computed more than once.
bool isCheap(MapOp map);

/// Whether a map only stands for floats of fewer bits.
bool isWidening(MapOp map);

/// Whether a map computes elements of codes with fewer bits, and of numbers that are the same for a row, at little
/// cost: it is better read so than from memory.
bool isDecoding(MapOp map, DimAnalysis &analysis);

/// Drops operands that the body never reads, so that their producers need not be computed. One that gives the result
/// its size stays.
bool dropUnreadOperands(MapOp map, DimAnalysis &analysis);

} // namespace llmc::ir

#endif
