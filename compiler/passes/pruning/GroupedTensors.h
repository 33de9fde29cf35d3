// Channels and heads are groups along axes of many tensors at once: where one of them goes, it goes from all of these.
#ifndef LLMC_COMPILER_PASSES_PRUNING_GROUPEDTENSORS_H
#define LLMC_COMPILER_PASSES_PRUNING_GROUPEDTENSORS_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/pruning/GroupedAxis.h"
#include "llvm/ADT/MapVector.h"

namespace llmc::passes {

/// A constant or a weight with groups along an axis, as one operation reads it.
struct KnownOperand {
  mlir::OpOperand *operand;
  GroupedAxis at;

  /// The weight of a product that has groups as columns, and of one that sums over them.
  bool isSource() const { return isWeight() && at.axis == 1; }
  bool isSink() const { return isWeight() && at.axis == 0; }

private:
  bool isWeight() const { return llvm::isa<ir::MatmulOp>(operand->getOwner()); }
};

class GroupedTensors {
public:
  GroupedTensors(ir::DimAnalysis &dims, int64_t groups) : groups(groups), dims(dims) {}

  /// Follows the groups of a tensor through all operations that make or read them, as far as constants and weights.
  /// False, and `why` says so, where one of them mixes groups, or where they are seen from outside.
  bool follow(mlir::Value tensor, GroupedAxis at);

  const int64_t groups;
  /// In no order of the program.
  llvm::MapVector<mlir::Value, GroupedAxis> computed;
  llvm::SmallVector<KnownOperand> known;
  std::string why;

private:
  void visitMaker(mlir::Value tensor, GroupedAxis at);
  void visitReader(mlir::OpOperand &use, GroupedAxis at);
  void readWeight(ir::MatmulOp op, GroupedAxis at);
  /// The operand has groups there, too.
  void reads(mlir::OpOperand &operand, GroupedAxis at);
  /// So has the result of an operation.
  void makes(mlir::Operation *op, GroupedAxis at) { join(op->getResult(0), at); }
  /// An operand that broadcasts to a result: it has groups, or is the same for all of them.
  void readsAligned(mlir::OpOperand &operand, mlir::Value result, GroupedAxis at);
  void makesAligned(mlir::OpOperand &operand, mlir::Operation *op, GroupedAxis at);
  /// The axis of this size consists of whole parts of all groups; nothing where it does not.
  std::optional<GroupedAxis> withSize(mlir::Value tensor, GroupedAxis at);
  void join(mlir::Value tensor, GroupedAxis at);
  void decline(mlir::Operation *op, const llvm::Twine &reason);

  ir::DimAnalysis &dims;
  llvm::SmallVector<mlir::Value> waiting;
};

} // namespace llmc::passes

#endif
