// How much memory a model may need, as a user limits it.
#ifndef LLMC_COMPILER_PIPELINE_MEMORYLIMIT_H
#define LLMC_COMPILER_PIPELINE_MEMORYLIMIT_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace llmc::pipeline {

/// An error where weights, intermediate results and outputs of a planned model take more than `limit` bytes at the
/// largest sizes that it takes. It tells the figure that would do, and a range that would.
llvm::Error checkMemory(mlir::func::FuncOp model, uint64_t weightsBytes, uint64_t limit);

} // namespace llmc::pipeline

#endif
