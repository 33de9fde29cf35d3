// What rules want of the blocks of a product's weight, and which rows these have.
#ifndef LLMC_COMPILER_PASSES_PRUNING_BLOCKRULES_H
#define LLMC_COMPILER_PASSES_PRUNING_BLOCKRULES_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::passes {

/// Blocks of a weight that a rule names.
struct NamedBlocks {
  ir::MatmulOp product;
  ir::GetWeightOp weight;
  std::vector<std::string> nodes;
  double share;      // what the rule says
  int64_t rows, all; // of each, and how many stand below each other
};

class BlockRules {
public:
  /// Those of one kind, and rules for the rows; failure after a message.
  static mlir::FailureOr<BlockRules> read(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules,
                                          NodeRules<double> PruningSpec::*ofKind, llvm::ArrayRef<std::string> rows);

  /// Visits the products of weights that rules name, with the function that they stand in.
  void forEach(mlir::ModuleOp module, llvm::function_ref<void(mlir::func::FuncOp, NamedBlocks &)> visit);
  /// Fails, after a message that begins with `nothing`, where a rule names no product.
  llvm::LogicalResult refuseUnused(mlir::ModuleOp module, llvm::StringRef nothing) const {
    return passes::refuseUnused(module, shares.unused(), nothing);
  }

private:
  NodeRules<double> shares;
  NodeRules<int64_t> rowsOf;
};

} // namespace llmc::passes

#endif
