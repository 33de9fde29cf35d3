// What is done with groups once it is known where they lie, for channels and heads alike.
#ifndef LLMC_COMPILER_PASSES_PRUNING_GROUPPRUNER_H
#define LLMC_COMPILER_PASSES_PRUNING_GROUPPRUNER_H

#include "compiler/passes/pruning/GroupedTensors.h"
#include "compiler/passes/pruning/SinkMoments.h"
#include "compiler/support/NodeRules.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/ADT/DenseSet.h"

namespace llmc::passes {

struct PruningSpec;

class GroupPruner {
public:
  /// Groups are called `kind`, and what is left of them is a multiple. With `marks` the products that sum over them are
  /// marked instead.
  GroupPruner(llvm::StringRef kind, NodeRules<double> rules, int64_t multiple, bool marks, SinkMoments moments)
      : kind(kind), rules(std::move(rules)), multiple(multiple), marks(marks), moments(std::move(moments)) {}

  /// Takes groups out, where the last rule that matches wants it. `op` reads or makes `tensor`, from which they were
  /// followed. Does nothing where some of these tensors have lost groups before.
  void prune(mlir::func::FuncOp function, const GroupedTensors &tensors, mlir::Operation *op, mlir::Value tensor);
  /// Puts on record why groups stay that a rule for `op` wants to go.
  void decline(mlir::func::FuncOp function, const GroupedTensors &tensors, mlir::Operation *op);
  bool wasPruned(mlir::Value tensor) const { return pruned.contains(tensor); }

  /// Fails, after a message, where rules have had no effect.
  llvm::LogicalResult finish(mlir::ModuleOp module);
  unsigned numPruned = 0;

private:
  std::string kind;
  NodeRules<double> rules;
  int64_t multiple;
  bool marks;
  SinkMoments moments;
  bool found = false;           // something that a rule might have wanted
  std::string firstWhy, tooFew; // something stays
  llvm::DenseSet<mlir::Value> pruned;
};

/// What one of the passes does: follows groups of a function, and hands them over or says why they stay.
using FollowGroups = llvm::function_ref<void(mlir::func::FuncOp, ir::DimAnalysis &, GroupPruner &)>;

/// Prunes all functions by the rules of `kind` among those of users; how many times, or failure after a message.
llvm::FailureOr<unsigned> pruneGroups(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules, llvm::StringRef kind,
                                      NodeRules<double> PruningSpec::*ofKind, int64_t multiple, bool marks,
                                      FollowGroups follow);

} // namespace llmc::passes

#endif
