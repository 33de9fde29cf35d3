// What is known of the zeros afterwards stays with products, for whoever builds kernels.
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/BlockRules.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/WeightPruner.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PRUNEBLOCKS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

struct PruneBlocksPass : impl::PruneBlocksBase<PruneBlocksPass> {
  using PruneBlocksBase::PruneBlocksBase;

  void runOnOperation() override {
    auto wanted = BlockRules::read(getOperation(), rules, &PruningSpec::blocks, groups);
    if (failed(wanted))
      return signalPassFailure();
    WeightPruner pruner(getOperation(), "blocks", marks);
    wanted->forEach(getOperation(), [&](func::FuncOp function, NamedBlocks &blocks) {
      int64_t count = countLeft(blocks.all, blocks.share, /*multiple=*/1);
      if (pruner.prune(function, blocks.product, blocks.nodes, {blocks.rows, panel, count, blocks.all, blocks.all}))
        ir::setBlocks(blocks.product, ir::BlocksAttr::get(&getContext(), blocks.rows, panel, count));
    });
    numPruned += pruner.numPruned;
    if (failed(wanted->refuseUnused(getOperation(), "no product of a weight with blocks that can go comes from")) ||
        failed(pruner.finish()))
      signalPassFailure();
  }
};

} // namespace
} // namespace llmc::passes
