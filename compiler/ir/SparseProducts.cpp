#include "compiler/ir/SparseProducts.h"

using namespace mlir;

namespace llmc::ir {

BlocksAttr blocksOf(MatmulOp product) { return product->getAttrOfType<BlocksAttr>(kBlocks); }

void setBlocks(MatmulOp product, BlocksAttr blocks) { product->setAttr(kBlocks, blocks); }

void keepBlocks(MatmulOp from, MatmulOp to) {
  if (BlocksAttr blocks = blocksOf(from))
    setBlocks(to, blocks);
}

} // namespace llmc::ir
