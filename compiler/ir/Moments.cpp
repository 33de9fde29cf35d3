#include "compiler/ir/Moments.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

constexpr llvm::StringLiteral kFile = "calibration";

void addMoments(ModuleOp module, WeightStore &store, const MeasuredMoments &measured) {
  if (measured.list.empty())
    return;
  store.addFile(kFile, measured.file);
  SymbolTable symbols(module);
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  SmallVector<NamedAttribute> byWeight;
  for (const Moments &moments : measured.list) {
    auto type = RankedTensorType::get({moments.size, moments.size}, builder.getF32Type());
    auto weight =
        WeightOp::create(builder, module.getLoc(), moments.weights.front() + ".moments", type,
                         builder.getStringAttr(kFile), builder.getI64IntegerAttr(static_cast<int64_t>(moments.offset)));
    symbols.insert(weight); // makes the name unique
    for (const std::string &name : moments.weights)
      byWeight.push_back(builder.getNamedAttr(name, FlatSymbolRefAttr::get(weight)));
  }
  module->setAttr(kMomentsAttr, builder.getDictionaryAttr(byWeight));
}

llvm::StringMap<WeightOp> momentsIn(ModuleOp module) {
  llvm::StringMap<WeightOp> moments;
  if (auto byWeight = module->getAttrOfType<DictionaryAttr>(kMomentsAttr))
    for (NamedAttribute each : byWeight)
      moments[each.getName()] =
          SymbolTable::lookupNearestSymbolFrom<WeightOp>(module, cast<FlatSymbolRefAttr>(each.getValue()));
  return moments;
}

EncodeOp encodingOf(WeightOp weight) {
  EncodeOp found;
  weight.getRecipe().walk([&](Operation *op) {
    if (auto encode = dyn_cast<EncodeOp>(op); encode && !encode.getCodes().use_empty())
      found = encode;
    else if (auto use = dyn_cast<GetWeightOp>(op))
      if (EncodeOp behind = encodingOf(SymbolTable::lookupNearestSymbolFrom<WeightOp>(op, use.getWeightAttr())))
        found = behind;
  });
  return found;
}

int64_t compensatedWeights(ModuleOp module) {
  int64_t count = 0;
  module.walk([&](EncodeOp encode) { count += encode.getMoments() && !encode.getCodes().use_empty(); });
  return count;
}

} // namespace llmc::ir
