// Begins at the results of attention. Heads that share keys and values go together where these go, too.
#include "compiler/passes/pruning/GroupPruner.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PRUNEHEADS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

/// Whether these are the heads of one attention, from weights to weights.
bool areHeads(GroupedTensors &tensors) {
  size_t attentions = llvm::count_if(
      tensors.computed, [](auto &each) { return isa_and_nonnull<ir::AttentionOp>(each.first.getDefiningOp()); });
  bool isSource = llvm::any_of(tensors.known, [](const KnownOperand &each) { return each.isSource(); });
  bool isSink = llvm::any_of(tensors.known, [](const KnownOperand &each) { return each.isSink(); });
  if (attentions != 1)
    tensors.why = "another attention shares a tensor with them";
  else if (!isSource || !isSink)
    tensors.why = "no product of a weight makes them, or none reads them";
  return tensors.why.empty();
}

struct PruneHeadsPass : impl::PruneHeadsBase<PruneHeadsPass> {
  using PruneHeadsBase::PruneHeadsBase;

  void runOnOperation() override {
    auto pruned = pruneGroups(getOperation(), rules, "heads", &PruningSpec::heads, /*multiple=*/1, marks, prune);
    if (failed(pruned))
      return signalPassFailure();
    numPruned += *pruned;
  }

private:
  static void prune(func::FuncOp function, ir::DimAnalysis &dims, GroupPruner &pruner) {
    SmallVector<ir::AttentionOp> attentions;
    function.walk([&](ir::AttentionOp op) { attentions.push_back(op); });
    for (ir::AttentionOp op : attentions)
      pruneAttention(function, op, dims, pruner);
  }

  /// The finest parts of the foremost axis that can go. Where none can, what is on record is where the walk ended that
  /// led furthest.
  static void pruneAttention(func::FuncOp function, ir::AttentionOp op, ir::DimAnalysis &dims, GroupPruner &pruner) {
    ir::DimVector sizes = dims.dims(op.getResult());
    std::optional<GroupedTensors> furthest;
    for (int64_t axis = 0; axis + 2 < static_cast<int64_t>(sizes.size()); ++axis) {
      int64_t heads = sizes[axis].constant().value_or(1);
      for (int64_t together = 1; together * 2 <= heads; ++together) {
        if (heads % together != 0)
          continue;
        GroupedTensors tensors(dims, heads / together);
        if (tensors.follow(op.getResult(), {axis, 1, together}) && areHeads(tensors))
          return pruner.prune(function, tensors, op, op.getResult());
        if (!furthest || tensors.computed.size() > furthest->computed.size())
          furthest.emplace(std::move(tensors));
      }
    }
    if (furthest)
      pruner.decline(function, *furthest, op);
  }
};

} // namespace
} // namespace llmc::passes
