// Zeros that lie anywhere make files that compress, and begin what trains or runs them elsewhere: no kernel leaves them
// out.
#include "compiler/ir/Provenance.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "compiler/passes/pruning/WeightPruner.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PRUNEWEIGHTS
#include "compiler/passes/pruning/Passes.h.inc"

namespace {

struct PruneWeightsPass : impl::PruneWeightsBase<PruneWeightsPass> {
  using PruneWeightsBase::PruneWeightsBase;

  void runOnOperation() override {
    auto spec = PruningSpec::parse(getOperation(), rules);
    if (failed(spec))
      return signalPassFailure();
    WeightPruner pruner(getOperation(), "weights", marks);
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](ir::MatmulOp op) {
        if (ir::GetWeightOp weight = ir::matrixOf(op))
          prune(function, op, cast<RankedTensorType>(weight.getType()).getDimSize(0), spec->weights, pruner);
      });
    numPruned += pruner.numPruned;
    if (failed(refuseUnused(getOperation(), spec->weights.unused(), "no product of a weight comes from")) ||
        failed(pruner.finish()))
      signalPassFailure();
  }

private:
  static void prune(func::FuncOp function, ir::MatmulOp op, int64_t depth, NodeRules<NumbersToGo> &wanted,
                    WeightPruner &pruner) {
    std::vector<std::string> nodes = ir::nodesOf(op.getLoc());
    const NumbersToGo *numbers = wanted.find(nodes);
    if (!numbers || (numbers->share == 0 && numbers->span == 0))
      return;
    bool isShare = numbers->span == 0;
    int64_t span = isShare ? depth : numbers->span;
    int64_t kept = isShare ? countLeft(depth, numbers->share, /*multiple=*/1) : numbers->kept;
    pruner.prune(function, op, nodes, {/*rows=*/1, /*columns=*/1, kept, span, depth},
                 "; the zeros are multiplied, since kernels only leave blocks of them out");
  }
};

} // namespace
} // namespace llmc::passes
