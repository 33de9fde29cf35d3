// Begins at products that sum over channels. Whether these are those of a feed-forward shows when they are followed.
#include "compiler/ir/Recipes.h"
#include "compiler/passes/pruning/GroupPruner.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PRUNECHANNELS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

struct PruneChannelsPass : impl::PruneChannelsBase<PruneChannelsPass> {
  using PruneChannelsBase::PruneChannelsBase;

  void runOnOperation() override {
    auto pruned = pruneGroups(getOperation(), rules, "channels", &PruningSpec::channels, multiple, marks, prune);
    if (failed(pruned))
      return signalPassFailure();
    numPruned += *pruned;
  }

private:
  static void prune(func::FuncOp function, ir::DimAnalysis &dims, GroupPruner &pruner) {
    SmallVector<ir::MatmulOp> products;
    function.walk([&](ir::MatmulOp op) { products.push_back(op); });
    for (ir::MatmulOp op : products) {
      auto type = cast<RankedTensorType>(op.getLhs().getType());
      auto channels = dims.dims(op.getLhs()).back().constant();
      if (!ir::isKnown(op.getRhs()) || !channels || *channels < 2 || pruner.wasPruned(op.getLhs()))
        continue;
      GroupedTensors tensors(dims, *channels);
      if (tensors.follow(op.getLhs(), {type.getRank() - 1}) &&
          llvm::none_of(tensors.known, [](const KnownOperand &each) { return each.isSource(); }))
        tensors.why = "no product of a weight makes them";
      if (tensors.why.empty())
        pruner.prune(function, tensors, op, op.getLhs());
      else
        pruner.decline(function, tensors, op);
    }
  }
};

} // namespace
} // namespace llmc::passes
