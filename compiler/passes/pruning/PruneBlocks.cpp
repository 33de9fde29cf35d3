// Weights lose blocks of numbers, and keep their sizes.
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Pruning.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/BlockRules.h"
#include "compiler/passes/pruning/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

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
    ir::Recipes recipes(getOperation());
    moments = ir::measurementsIn(getOperation(), ir::Measure::Moments);
    wanted->forEach(getOperation(), [&](func::FuncOp function, NamedBlocks &blocks) {
      prune(function, blocks, countLeft(blocks.all, blocks.share, /*multiple=*/1), recipes);
    });
    numPruned += pruned;
    if (failed(wanted->refuseUnused(getOperation(), "no product of a weight with blocks that can go comes from")))
      return signalPassFailure();
    if (pruned == 0) {
      getOperation().emitError() << "no blocks are pruned" << (tooFew.empty() ? "" : ": ") << tooFew
                                 << "; try: other rules, such as blocks=0.5";
      signalPassFailure();
    }
  }

private:
  void prune(func::FuncOp function, NamedBlocks &blocks, int64_t count, ir::Recipes &recipes) {
    if (count == blocks.all) {
      tooFew = llvm::formatv("{0} are too few to take so small a share of them away", count);
      return ir::recordPruning(function, {"blocks", count, count, tooFew, blocks.nodes});
    }
    ++pruned;
    ir::MatmulOp op = blocks.product;
    if (marks)
      return op->setAttr(ir::kMeasuredAttr, UnitAttr::get(&getContext()));
    bool byData = moments.contains(blocks.weight.getWeight());
    op.getRhsMutable().assign(withZeros(blocks, count, recipes));
    ir::setBlocks(op, ir::BlocksAttr::get(&getContext(), blocks.rows, panel, count));
    const char *why = byData ? "they count most on the calibration data, and make up for the others"
                             : "they count most by their weights";
    ir::recordPruning(function, {"blocks", count, blocks.all, why, blocks.nodes});
  }

  Value withZeros(NamedBlocks &blocks, int64_t count, ir::Recipes &recipes) {
    ir::GetWeightOp weight = blocks.weight;
    ir::WeightOp known = moments.lookup(weight.getWeight());
    std::string suffix = llvm::formatv("blocks{0}x{1}", count, blocks.rows);
    OpBuilder builder(blocks.product);
    return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
      Value ofLeftSide = known ? ir::readWeight(inner, weight.getLoc(), known) : Value();
      return ir::SparsifyOp::create(inner, weight.getLoc(), matrix, ofLeftSide, blocks.rows, panel, count, blocks.all);
    });
  }

  llvm::StringMap<ir::WeightOp> moments; // by weights
  unsigned pruned = 0;
  std::string tooFew; // where all stay
};

} // namespace
} // namespace llmc::passes
