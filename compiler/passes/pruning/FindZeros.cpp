// Zeros that weights have anyhow, as training or other tools left them.
#include "compiler/ir/Pruning.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/BlockRules.h"
#include "compiler/passes/pruning/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FINDZEROS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

struct FindZerosPass : impl::FindZerosBase<FindZerosPass> {
  using FindZerosBase::FindZerosBase;

  void runOnOperation() override {
    auto wanted = BlockRules::read(getOperation(), rules, &PruningSpec::zeros, groups);
    if (failed(wanted))
      return signalPassFailure();
    wanted->forEach(getOperation(), [&](func::FuncOp function, NamedBlocks &blocks) { find(function, blocks); });
    numFound += found;
    if (failed(wanted->refuseUnused(getOperation(), "no product of a weight comes from")))
      return signalPassFailure();
    if (getOperation()->hasAttr(ir::kZeros) && found == 0) {
      getOperation().emitError() << "no weight has zeros in whole blocks of all of its panels; try: blocks=0.5, which "
                                    "puts them there";
      signalPassFailure();
    }
  }

private:
  void find(func::FuncOp function, NamedBlocks &blocks) {
    if (ir::blocksOf(blocks.product))
      return;
    ir::BlocksAttr counted = ir::zerosOf(getOperation(), blocks.weight.getWeight(), blocks.rows);
    if (!counted)
      return ir::setBlocks(blocks.product, ir::BlocksAttr::get(&getContext(), blocks.rows, panel, blocks.all));
    if (counted.getCount() == blocks.all)
      return;
    ++found;
    ir::setBlocks(blocks.product, counted);
    ir::recordPruning(function, {"blocks", counted.getCount(), blocks.all, "the others are zero", blocks.nodes});
  }

  unsigned found = 0;
};

} // namespace
} // namespace llmc::passes
