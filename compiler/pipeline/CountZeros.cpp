#include "compiler/pipeline/CountZeros.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/ZeroBlocks.h"

using namespace mlir;

namespace llmc::pipeline {

llvm::Error countZeros(ModuleOp asked, ModuleOp module, ir::WeightStore &weights) {
  SmallVector<ir::MatmulOp> products;
  asked.walk([&](ir::MatmulOp op) {
    if (ir::blocksOf(op) && ir::matrixOf(op))
      products.push_back(op);
  });
  Builder builder(module.getContext());
  if (!module->hasAttr(ir::kZeros))
    module->setAttr(ir::kZeros, builder.getDictionaryAttr({})); // somebody has counted, whatever was found
  SymbolTable symbols(asked);
  for (ir::MatmulOp op : products) {
    StringRef name = ir::matrixOf(op).getWeight();
    ir::BlocksAttr blocks = ir::blocksOf(op);
    if (ir::zerosOf(module, name, blocks.getRows()))
      continue;
    auto matrix = reference::evaluateWeight(symbols.lookup<ir::WeightOp>(name), weights);
    if (!matrix)
      return matrix.takeError();
    int64_t count = reference::mostBlocksWithNumbers(*matrix, blocks.getColumns(), blocks.getRows());
    ir::addZeros(
        module, name,
        ir::BlocksAttr::get(module.getContext(), blocks.getRows(), blocks.getColumns(), std::max<int64_t>(count, 1)));
  }
  return llvm::Error::success();
}

} // namespace llmc::pipeline
