// Puts zeros into weights of products: what is common to blocks and single numbers.
#ifndef LLMC_COMPILER_PASSES_PRUNING_WEIGHTPRUNER_H
#define LLMC_COMPILER_PASSES_PRUNING_WEIGHTPRUNER_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/StringMap.h"
#include <string>
#include <vector>

namespace llmc::passes {

/// Blocks of `rows` x `columns` of which `kept` of each `span` below each other stay, where the matrix has `all`.
struct ZeroPattern {
  int64_t rows, columns, kept, span, all;

  /// Of each column of blocks.
  int64_t left() const { return all / span * kept + std::min(all % span, kept); }
};

class WeightPruner {
public:
  /// Blocks are called `kind`. With `marks` products are marked instead.
  WeightPruner(mlir::ModuleOp module, llvm::StringRef kind, bool marks);

  /// Puts zeros into the weight of a product, and that on record by its nodes, with `note`. False where all stay, or
  /// products are only marked.
  bool prune(mlir::func::FuncOp function, ir::MatmulOp product, const std::vector<std::string> &nodes,
             const ZeroPattern &pattern, llvm::StringRef note = "");
  /// Fails, after a message, where nothing was pruned.
  llvm::LogicalResult finish() const;
  unsigned numPruned = 0;

private:
  mlir::Value withZeros(ir::MatmulOp product, ir::GetWeightOp weight, const ZeroPattern &pattern);

  mlir::ModuleOp module;
  std::string kind;
  bool marks;
  ir::Recipes recipes;
  llvm::StringMap<ir::WeightOp> moments; // by weights
  std::string tooFew;                    // where all stay
};

} // namespace llmc::passes

#endif
