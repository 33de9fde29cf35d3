#include "compiler/ir/SparseProducts.h"

using namespace mlir;

namespace llmc::ir {

BlocksAttr blocksOf(MatmulOp product) { return product->getAttrOfType<BlocksAttr>(kBlocks); }

void setBlocks(MatmulOp product, BlocksAttr blocks) { product->setAttr(kBlocks, blocks); }

void keepBlocks(MatmulOp from, MatmulOp to) {
  if (BlocksAttr blocks = blocksOf(from))
    setBlocks(to, blocks);
}

GetWeightOp matrixOf(MatmulOp product) {
  auto type = cast<RankedTensorType>(product.getRhs().getType());
  bool fits = type.getRank() == 2 && type.hasStaticShape() && type.getNumElements() > 0 &&
              isa<FloatType>(type.getElementType()) && type.getElementTypeBitWidth() <= 32;
  return fits ? product.getRhs().getDefiningOp<GetWeightOp>() : GetWeightOp();
}

static SmallVector<Attribute> listOf(ModuleOp module, StringRef weight) {
  auto all = module->getAttrOfType<DictionaryAttr>(kZeros);
  auto list = all ? all.getAs<ArrayAttr>(weight) : ArrayAttr();
  return list ? SmallVector<Attribute>(list.getValue()) : SmallVector<Attribute>();
}

BlocksAttr zerosOf(ModuleOp module, StringRef weight, int64_t rows) {
  for (Attribute each : listOf(module, weight))
    if (auto blocks = dyn_cast<BlocksAttr>(each); blocks && blocks.getRows() == rows)
      return blocks;
  return {};
}

void addZeros(ModuleOp module, StringRef weight, BlocksAttr blocks) {
  Builder builder(module.getContext());
  SmallVector<Attribute> list = listOf(module, weight);
  list.push_back(blocks);
  NamedAttrList all(module->getAttrOfType<DictionaryAttr>(kZeros));
  all.set(weight, builder.getArrayAttr(list));
  module->setAttr(kZeros, all.getDictionary(module.getContext()));
}

} // namespace llmc::ir
