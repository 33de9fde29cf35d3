// Weights lose blocks of numbers, and keep their sizes.
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
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
    auto spec = PruningSpec::parse(rules);
    auto rowsOf = parseBlockRows(groups);
    if (!spec || !rowsOf) {
      getOperation().emitError() << llvm::toString(llvm::joinErrors(spec.takeError(), rowsOf.takeError()));
      return signalPassFailure();
    }
    ir::Recipes recipes(getOperation());
    moments = ir::measurementsIn(getOperation(), ir::Measure::Moments);
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](ir::MatmulOp op) {
        if (ir::GetWeightOp weight = ir::matrixOf(op))
          prune(function, op, weight, spec->blocks, *rowsOf, recipes);
      });
    numPruned += pruned;
    if (failed(finish(spec->blocks)))
      signalPassFailure();
  }

private:
  void prune(func::FuncOp function, ir::MatmulOp op, ir::GetWeightOp weight, NodeRules<double> &shares,
             NodeRules<int64_t> &rowsOf, ir::Recipes &recipes) {
    std::vector<std::string> names = ir::nodesOf(op.getLoc());
    const double *share = shares.find(names);
    if (!share || *share == 0)
      return;
    const int64_t *rows = rowsOf.find(names);
    int64_t group = rows ? *rows : 1;
    auto all = static_cast<int64_t>(llvm::divideCeil(cast<RankedTensorType>(weight.getType()).getDimSize(0), group));
    int64_t count = countLeft(all, *share, 1);
    if (count == all) {
      tooFew = llvm::formatv("{0} are too few to take so small a share of them away", all);
      return ir::recordPruning(function, {"blocks", all, all, tooFew, names});
    }
    ++pruned;
    if (marks)
      return op->setAttr(ir::kMeasuredAttr, UnitAttr::get(&getContext()));
    ir::WeightOp known = moments.lookup(weight.getWeight());
    OpBuilder builder(op);
    op.getRhsMutable().assign(withZeros(builder, weight, known, {group, count, all}, recipes));
    ir::setBlocks(op, ir::BlocksAttr::get(&getContext(), group, panel, count));
    const char *why = known ? "they count most on the calibration data, and make up for the others"
                            : "they count most by their weights";
    ir::recordPruning(function, {"blocks", count, all, why, names});
  }

  struct Blocks {
    int64_t rows, count, all; // rows of each, and how many of a panel stay
  };

  Value withZeros(OpBuilder &builder, ir::GetWeightOp weight, ir::WeightOp known, Blocks blocks, ir::Recipes &recipes) {
    std::string suffix = llvm::formatv("blocks{0}x{1}", blocks.count, blocks.rows);
    return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
      Value ofLeftSide = known ? ir::readWeight(inner, weight.getLoc(), known) : Value();
      return ir::SparsifyOp::create(inner, weight.getLoc(), matrix, ofLeftSide, blocks.rows, panel, blocks.count,
                                    blocks.all);
    });
  }

  LogicalResult finish(const NodeRules<double> &shares) {
    std::vector<std::string> unused = shares.unused();
    for (const std::string &rule : unused)
      getOperation().emitError() << "no product of a weight with blocks that can go comes from a node that \"" << rule
                                 << "\" names; try: the names that llmc inspect tells, and a pattern with *";
    if (unused.empty() && pruned == 0)
      getOperation().emitError() << "no blocks are pruned" << (tooFew.empty() ? "" : ": ") << tooFew
                                 << "; try: other rules, such as blocks=0.5";
    return success(unused.empty() && pruned != 0);
  }

  llvm::StringMap<ir::WeightOp> moments; // by weights
  unsigned pruned = 0;
  std::string tooFew; // where all stay
};

} // namespace
} // namespace llmc::passes
