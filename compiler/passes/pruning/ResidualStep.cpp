// What is followed are dependencies between tensors: how a branch is spelled does not show.
#include "compiler/passes/pruning/ResidualStep.h"
#include "compiler/ir/Halves.h"
#include "compiler/ir/Recipes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::passes {

/// Adds what depends on a tensor, as far as `last` where that is given.
static Operations dependentsUntil(Value tensor, Operation *last) {
  llvm::SmallPtrSet<Operation *, 32> found;
  SmallVector<Value> waiting = {tensor};
  Block *block = tensor.getParentBlock();
  while (!waiting.empty())
    for (Operation *user : waiting.pop_back_val().getUsers()) {
      user = block->findAncestorOpInBlock(*user); // branches read what stands in front of them
      if (user && (!last || user == last || user->isBeforeInBlock(last)) && found.insert(user).second)
        waiting.append(user->result_begin(), user->result_end());
    }
  SmallVector<Operation *> sorted(found.begin(), found.end());
  llvm::sort(sorted, [](Operation *a, Operation *b) { return a->isBeforeInBlock(b); });
  return Operations(sorted.begin(), sorted.end());
}

Operations dependentsOf(Value tensor) { return dependentsUntil(tensor, nullptr); }

Operations operationsBetween(Value from, Value to) {
  Operation *last = to.getDefiningOp();
  Operations all = dependentsUntil(from, last);
  if (!all.contains(last))
    return {};
  llvm::SmallPtrSet<Operation *, 32> needed = {last};
  for (Operation *op : llvm::reverse(all))
    if (needed.contains(op))
      for (Value operand : op->getOperands())
        if (operand.getDefiningOp())
          needed.insert(operand.getDefiningOp());
  all.remove_if([&](Operation *op) { return !needed.contains(op); });
  return all;
}

bool isLike(Value stored, Value sum) {
  auto type = cast<RankedTensorType>(stored.getType()), wide = cast<RankedTensorType>(sum.getType());
  bool isWidened = ir::isHalf(type.getElementType()) && wide.getElementType().isF32();
  return type.getShape() == wide.getShape() && (isWidened || type == wide);
}

bool isProduct(Operation *op) {
  auto anchor = dyn_cast<ir::AnchorInterface>(op);
  return anchor && anchor.getAnchorKind() == ir::AnchorKind::Contraction && !isa<ir::AttentionOp>(op);
}

/// Whether a scalar is a sum with this term as it is.
static bool hasTerm(Value scalar, BlockArgument term) {
  if (scalar == term)
    return true;
  Operation *op = scalar.getDefiningOp();
  return isa_and_nonnull<arith::AddFOp, arith::ExtFOp, arith::TruncFOp>(op) &&
         llvm::any_of(op->getOperands(), [&](Value operand) { return hasTerm(operand, term); });
}

/// The same for all rows: a bias of what is added, and nothing that stands behind the sum and has been fused into it.
static bool isBias(Value operand) {
  return ir::isKnown(operand) && llvm::all_of(cast<RankedTensorType>(operand.getType()).getShape().drop_back(),
                                              [](int64_t size) { return size == 1; });
}

/// Whether products read each other's results, and attention neither makes what they read nor reads what they make.
static bool hasFeedForward(const Operations &branch) {
  llvm::SmallPtrSet<Operation *, 32> attended, read, fed; // behind an attention, in front of one, behind a free product
  auto isReadFrom = [](Operation *op, const llvm::SmallPtrSet<Operation *, 32> &makers) {
    return llvm::any_of(op->getOperands(), [&](Value operand) { return makers.contains(operand.getDefiningOp()); });
  };
  for (Operation *op : branch)
    if (isa<ir::AttentionOp>(op) || isReadFrom(op, attended))
      attended.insert(op);
  for (Operation *op : llvm::reverse(branch))
    if (isa<ir::AttentionOp>(op) || read.contains(op))
      for (Value operand : op->getOperands())
        if (operand.getDefiningOp())
          read.insert(operand.getDefiningOp());
  for (Operation *op : branch) {
    if (attended.contains(op) || read.contains(op))
      continue;
    bool isFed = isReadFrom(op, fed);
    if (isFed && isProduct(op))
      return true;
    if (isFed || isProduct(op))
      fed.insert(op);
  }
  return false;
}

static std::optional<ResidualStep> stepOf(ir::MapOp map) {
  for (auto [from, argument] : llvm::zip_equal(map.getInputs(), map.getBody().getArguments())) {
    if (!isLike(from, map.getResult()) || !hasTerm(map.getYielded(), argument))
      continue;
    Operations branch = operationsBetween(from, map.getResult());
    bool isOnlyThat = llvm::all_of(map.getInputs(), [&, from = from](Value operand) {
      return operand == from || branch.contains(operand.getDefiningOp()) || isBias(operand);
    });
    if (!isOnlyThat || !llvm::any_of(branch, isProduct))
      continue;
    bool attends = llvm::any_of(branch, llvm::IsaPred<ir::AttentionOp>);
    return ResidualStep{from, map.getResult(), attends, !attends || hasFeedForward(branch)};
  }
  return std::nullopt;
}

std::vector<ResidualStep> residualStepsOf(func::FuncOp function) {
  std::vector<ResidualStep> steps;
  for (auto map : function.getBody().front().getOps<ir::MapOp>())
    if (std::optional<ResidualStep> step = stepOf(map))
      steps.push_back(*step);
  return steps;
}

} // namespace llmc::passes
