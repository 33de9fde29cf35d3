// What users want to do without: "channels=0.5", or rules such as "channels=0.5,*layer.0.*:channels=keep,heads=0.25".
#ifndef LLMC_COMPILER_PASSES_PRUNING_PRUNINGSPEC_H
#define LLMC_COMPILER_PASSES_PRUNING_PRUNINGSPEC_H

#include "compiler/support/NodeRules.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::passes {

/// Shares of all that go, above 0 and below 1; 0 where all are kept.
struct PruningSpec {
  NodeRules<double> channels, heads, blocks;
  NodeRules<double> zeros; // 1 where those that are there are to be left out

  /// Each rule is KIND=SHARE or KIND=keep for all nodes, or PATTERN:KIND=... for some; zeros have no share.
  static llvm::Expected<PruningSpec> parse(llvm::ArrayRef<std::string> rules);
};

/// How many rows a block has, by the nodes of products: PATTERN=ROWS each, of which the last that matches counts.
llvm::Expected<NodeRules<int64_t>> parseBlockRows(llvm::ArrayRef<std::string> rules);

/// Fails where some rule has matched nobody, after a message "`nothing` a node that `rule` names"; `why` says more.
llvm::LogicalResult refuseUnused(mlir::ModuleOp module, const NodeRules<double> &rules, llvm::StringRef nothing,
                                 llvm::StringRef why = "");

/// How many of so many are left where this share of them goes: the nearest multiple, but one at least.
int64_t countLeft(int64_t all, double share, int64_t multiple);

} // namespace llmc::passes

#endif
