#include "compiler/passes/pruning/BlockRules.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/SparseProducts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;

namespace llmc::passes {

FailureOr<BlockRules> BlockRules::read(ModuleOp module, ArrayRef<std::string> rules,
                                       NodeRules<double> PruningSpec::*ofKind, ArrayRef<std::string> rows) {
  auto spec = PruningSpec::parse(module, rules);
  if (failed(spec))
    return failure();
  auto rowsOf = parseBlockRows(rows);
  if (!rowsOf)
    return module.emitError() << llvm::toString(rowsOf.takeError());
  BlockRules read;
  read.shares = std::move((*spec).*ofKind);
  read.rowsOf = std::move(*rowsOf);
  return read;
}

void BlockRules::forEach(ModuleOp module, function_ref<void(func::FuncOp, NamedBlocks &)> visit) {
  for (auto function : module.getOps<func::FuncOp>())
    function.walk([&](ir::MatmulOp op) {
      ir::GetWeightOp weight = ir::matrixOf(op);
      if (!weight)
        return;
      std::vector<std::string> nodes = ir::nodesOf(op.getLoc());
      const double *share = shares.find(nodes);
      if (!share || *share == 0)
        return;
      const int64_t *given = rowsOf.find(nodes);
      int64_t rows = given ? *given : 1, depth = cast<RankedTensorType>(weight.getType()).getDimSize(0);
      auto all = static_cast<int64_t>(llvm::divideCeil(depth, rows));
      NamedBlocks blocks = {op, weight, std::move(nodes), *share, rows, all};
      visit(function, blocks);
    });
}

} // namespace llmc::passes
