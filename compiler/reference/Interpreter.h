// Runs IR of the llmc dialect on real tensors. This is what the operations mean: passes and kernels
// are judged by it.
//
// Failures are errors whose text begins with the place of the operation. They are the model's or
// the caller's: sizes that do not fit, indices out of range, files that are missing.
#ifndef LLMC_COMPILER_REFERENCE_INTERPRETER_H
#define LLMC_COMPILER_REFERENCE_INTERPRETER_H

#include "compiler/reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <functional>
#include <vector>

namespace llmc::ir {
class WeightOp;
class WeightStore;
} // namespace llmc::ir

namespace llmc::reference {

class KnownResults;

struct InterpreterOptions {
  /// Sums, moments and reductions of f16, bf16 and f32 in f64, rounded once at the end; otherwise
  /// in f32.
  bool accumulateInDouble = true;
  /// Called with each result as soon as it is there, inside kernels too, and before it is freed.
  /// Index and integer scalars are tensors of rank 0.
  std::function<void(mlir::Value, const Tensor &)> onValue;
  /// Asked after onValue for each result: another tensor of the same type and sizes that later
  /// operations read instead, or an empty one to keep the result. So an operation can be judged on
  /// inputs that come from elsewhere.
  std::function<Tensor(mlir::Value)> replaceValue;
  /// What need not be computed again; null: all is.
  KnownResults *known = nullptr;
  /// On how many an operation may be computed that takes long; 0: all that the process may use. Results are the same.
  unsigned threads = 1;
};

/// Runs a function. Dim symbols get their values from the sizes of the inputs; a value is freed
/// after its last use. Borrowed weights in the results live as long as the store.
llvm::Expected<std::vector<Tensor>> interpret(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                                              ir::WeightStore &weights, const InterpreterOptions &options = {});

class RecipeResults;

/// The tensor of a weight: a view of its file, or what its recipe gives. `recipes` knows what others gave, if there.
llvm::Expected<Tensor> evaluateWeight(ir::WeightOp weight, ir::WeightStore &weights, RecipeResults *recipes = nullptr,
                                      const InterpreterOptions &options = {});

/// The result of one llmc operation without side effects, for constant folding. `operands` holds
/// the tensors among its operands, in order; index operands must be constants. Fails where the
/// operation needs more than that.
llvm::Expected<Tensor> evaluate(mlir::Operation *op, llvm::ArrayRef<Tensor> operands);

} // namespace llmc::reference

#endif
