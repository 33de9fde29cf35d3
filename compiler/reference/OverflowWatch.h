// Finds where a model's values stop to be finite.
#ifndef LLMC_COMPILER_REFERENCE_OVERFLOWWATCH_H
#define LLMC_COMPILER_REFERENCE_OVERFLOWWATCH_H

#include "compiler/reference/Tensor.h"
#include "compiler/support/Comparison.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/DenseSet.h"

namespace llmc::reference {

/// None in a tensor of integers.
NonFinite countNonFinite(const Tensor &tensor);

/// Sees the values of a run in their order, and remembers the first operation that makes a NaN or an infinity out of
/// finite operands. Infinities that the model writes down, as those of masks, are no overflow.
class OverflowWatch {
public:
  OverflowWatch(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);
  void see(mlir::Value value, const Tensor &tensor);
  /// The rest of a sentence: "; the first of them arise in node "fc1", whose operands are finite". Empty where no
  /// operation is found.
  std::string text() const;

private:
  llvm::DenseSet<mlir::Value> notFinite;
  mlir::Operation *first = nullptr;
  NonFinite found; // in its result
};

} // namespace llmc::reference

#endif
