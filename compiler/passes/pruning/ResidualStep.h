// Sums of a tensor and of what is computed from it by products: x + f(x).
#ifndef LLMC_COMPILER_PASSES_PRUNING_RESIDUALSTEP_H
#define LLMC_COMPILER_PASSES_PRUNING_RESIDUALSTEP_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"

namespace llmc::passes {

/// Operations of one block, in its order.
using Operations = llvm::SetVector<mlir::Operation *>;

/// All that `to` needs and that depends on `from`, the operation that makes `to` included; nothing where it does not
/// depend on it.
Operations operationsBetween(mlir::Value from, mlir::Value to);
/// What operations of the block of `tensor` depend on it.
Operations dependentsOf(mlir::Value tensor);
/// Whether both have one type but for f16 or bf16 in which what goes into the first sum of a model is stored.
bool isLike(mlir::Value stored, mlir::Value sum);
/// Products and convolutions, and no attention.
bool isProduct(mlir::Operation *op);

struct ResidualStep {
  mlir::Value from, sum;
  bool attends; // f holds an attention
  bool feeds;   // f holds a feed-forward, beside the attention where there is one
};

/// Those of a function, in the order of the program; none in its branches.
std::vector<ResidualStep> residualStepsOf(mlir::func::FuncOp function);

} // namespace llmc::passes

#endif
