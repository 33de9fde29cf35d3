// What recipes gave that others read, too.
#ifndef LLMC_COMPILER_REFERENCE_RECIPERESULTS_H
#define LLMC_COMPILER_REFERENCE_RECIPERESULTS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/DenseMap.h"
#include <optional>

namespace llmc::reference {

/// Keeps a weight from the first time it is made to the last time that it is read, where weights are evaluated each
/// once.
class RecipeResults {
public:
  /// Of all weights of a module that `wanted` are made from. What doesn't fit into `mostBytes` is made again.
  RecipeResults(mlir::ModuleOp module, llvm::ArrayRef<ir::WeightOp> wanted, int64_t mostBytes = int64_t(1) << 30);

  /// For one that reads it.
  std::optional<Tensor> find(ir::WeightOp weight);
  /// Once it has been made for one that reads it.
  void keep(ir::WeightOp weight, const Tensor &tensor);

private:
  struct Kept {
    int64_t readers = 0; // to come
    std::optional<Tensor> tensor;
  };

  void countReader(ir::WeightOp weight, const mlir::SymbolTable &symbols);

  llvm::DenseMap<mlir::Operation *, Kept> all;
  int64_t bytesLeft;
};

} // namespace llmc::reference

#endif
