// A module may hold other functions, too: they are none of the model's.
#include "compiler/ir/Variants.h"

using namespace mlir;

namespace llmc::ir {

SmallVector<func::FuncOp> variantsOf(ModuleOp module) {
  SmallVector<func::FuncOp> variants;
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (variants.empty() || function->hasAttr(kVariantAttr))
      variants.push_back(function);
  return variants;
}

func::FuncOp keepGeneral(ModuleOp module) {
  SmallVector<func::FuncOp> variants = variantsOf(module);
  if (variants.empty())
    return {};
  for (func::FuncOp variant : ArrayRef(variants).drop_front())
    variant.erase();
  return variants.front();
}

StringRef variantDims(func::FuncOp function) {
  auto dims = function->getAttrOfType<StringAttr>(kVariantAttr);
  return dims ? dims.getValue() : StringRef();
}

} // namespace llmc::ir
