// Which operands a kernel may overwrite with its results.
//
// Kernels are lowered element by element, which is what makes this decidable from the region alone. A lowering
// promises:
//  - each byte of a result is stored by one task, once; what is stored at a position was computed just before. Results
//    of equal sizes are stored together, all of a position after all of it has been computed, but for what is moved
//    (transposed) behind an anchor;
//  - maps are evaluated where they are used: an operand that is reached from the result through maps of equal sizes is
//    read at the position that is stored next, by the same task;
//  - norms and softmax finish reading a row before they store into it, but for the elements that are stored next.
// Everything else (contractions, reductions, movement, broadcast) reads where it likes.
#ifndef LLMC_COMPILER_IR_INPLACE_H
#define LLMC_COMPILER_IR_INPLACE_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {

/// Numbers of the operands whose memory `result`, of a kernel, may take over when nobody else needs it: elements have
/// the same width, and each is read only where (and before) the results of the same position are written.
llvm::SmallVector<unsigned> overwritableOperands(mlir::OpResult result, DimAnalysis &dims);

} // namespace llmc::ir

#endif
