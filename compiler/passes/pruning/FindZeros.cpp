// Zeros that weights have anyhow, as training or other tools left them.
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Pruning.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/pruning/Passes.h"
#include "compiler/passes/pruning/PruningSpec.h"
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
    auto spec = PruningSpec::parse(rules);
    auto rowsOf = parseBlockRows(groups);
    if (!spec || !rowsOf) {
      getOperation().emitError() << llvm::toString(llvm::joinErrors(spec.takeError(), rowsOf.takeError()));
      return signalPassFailure();
    }
    for (auto function : getOperation().getOps<func::FuncOp>())
      function.walk([&](ir::MatmulOp op) {
        if (ir::GetWeightOp weight = ir::matrixOf(op))
          find(function, op, weight, spec->zeros, *rowsOf);
      });
    numFound += found;
    if (failed(finish(spec->zeros)))
      signalPassFailure();
  }

private:
  void find(func::FuncOp function, ir::MatmulOp op, ir::GetWeightOp weight, NodeRules<double> &wanted,
            NodeRules<int64_t> &rowsOf) {
    std::vector<std::string> names = ir::nodesOf(op.getLoc());
    const double *isWanted = wanted.find(names);
    if (!isWanted || *isWanted == 0 || ir::blocksOf(op))
      return;
    const int64_t *rows = rowsOf.find(names);
    int64_t group = rows ? *rows : 1, depth = cast<RankedTensorType>(weight.getType()).getDimSize(0);
    auto all = static_cast<int64_t>(llvm::divideCeil(depth, group));
    ir::BlocksAttr counted = ir::zerosOf(getOperation(), weight.getWeight(), group);
    if (!counted)
      return ir::setBlocks(op, ir::BlocksAttr::get(&getContext(), group, panel, all));
    if (counted.getCount() == all)
      return;
    ++found;
    ir::setBlocks(op, counted);
    ir::recordPruning(function, {"blocks", counted.getCount(), all, "the others are zero", names});
  }

  LogicalResult finish(const NodeRules<double> &wanted) {
    std::vector<std::string> unused = wanted.unused();
    for (const std::string &rule : unused)
      getOperation().emitError() << "no product of a weight comes from a node that \"" << rule
                                 << "\" names; try: the names that llmc inspect tells, and a pattern with *";
    bool hasCounted = getOperation()->hasAttr(ir::kZeros);
    if (unused.empty() && hasCounted && found == 0)
      getOperation().emitError() << "no weight has zeros in whole blocks of all of its panels; try: blocks=0.5, which "
                                    "puts them there";
    return success(unused.empty() && (!hasCounted || found != 0));
  }

  unsigned found = 0;
};

} // namespace
} // namespace llmc::passes
