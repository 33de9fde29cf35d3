// What users want to do without: "channels=0.5", or rules such as "channels=0.5,*layer.0.*:channels=keep,heads=0.25".
#ifndef LLMC_COMPILER_PASSES_PRUNING_PRUNINGSPEC_H
#define LLMC_COMPILER_PASSES_PRUNING_PRUNINGSPEC_H

#include "compiler/support/NodeRules.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::passes {

/// Layers that a rule is for: all stay, all go, or so many of them go, or a share.
struct LayersToGo {
  enum { None, All, Some } which;
  double amount = 0; // of some: below 1 a share, from there on how many
};

/// Numbers of a column that a rule is for: a share goes, 0 where all stay; or of each `span` one below the other `kept`
/// stay.
struct NumbersToGo {
  double share = 0;
  int64_t kept = 0, span = 0; // 0 where a share goes
};

/// Shares of all that go, above 0 and below 1; 0 where all are kept.
struct PruningSpec {
  NodeRules<double> channels, heads, blocks;
  NodeRules<double> zeros; // 1 where those that are there are to be left out
  NodeRules<LayersToGo> layers;
  NodeRules<NumbersToGo> weights;

  /// Each rule is KIND=SHARE or KIND=keep for all nodes, or PATTERN:KIND=... for some; zeros have no share, layers go
  /// in numbers or by their names as well, and numbers of weights N:M.
  static llvm::Expected<PruningSpec> parse(llvm::ArrayRef<std::string> rules);
  /// The same for a pass, with a message at the module where they can't be read.
  static mlir::FailureOr<PruningSpec> parse(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules);
};

/// How many rows a block has, by the nodes of products: PATTERN=ROWS each, of which the last that matches counts.
llvm::Expected<NodeRules<int64_t>> parseBlockRows(llvm::ArrayRef<std::string> rules);

/// Fails where rules have matched nobody, after a message "`nothing` a node that `rule` names"; `why` says more.
llvm::LogicalResult refuseUnused(mlir::ModuleOp module, llvm::ArrayRef<std::string> unused, llvm::StringRef nothing,
                                 llvm::StringRef why = "");

/// How many of so many are left where this share of them goes: the nearest multiple, but one at least.
int64_t countLeft(int64_t all, double share, int64_t multiple);

} // namespace llmc::passes

#endif
