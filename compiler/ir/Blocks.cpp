// Branches and loops are known by MLIR's interface for operations that choose among their regions.
#include "compiler/ir/Blocks.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"

using namespace mlir;

namespace llmc::ir {

static void collect(Region &region, SmallVectorImpl<Block *> &blocks) {
  for (Block &block : region) {
    blocks.push_back(&block);
    for (auto branches : block.getOps<RegionBranchOpInterface>())
      for (Region &inner : branches->getRegions())
        collect(inner, blocks);
  }
}

SmallVector<Block *> tensorBlocks(func::FuncOp function) {
  SmallVector<Block *> blocks;
  collect(function.getBody(), blocks);
  return blocks;
}

} // namespace llmc::ir
