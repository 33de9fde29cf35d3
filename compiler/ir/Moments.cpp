#include "compiler/ir/Moments.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

/// By the names of their weights, which are not those of other measurements.
static void addFrom(ModuleOp module, StringRef file, ArrayRef<Moments> list,
                    SmallVectorImpl<NamedAttribute> &byWeight) {
  SymbolTable symbols(module);
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  for (const Moments &moments : list) {
    auto type = RankedTensorType::get({moments.size, moments.size}, builder.getF32Type());
    auto weight =
        WeightOp::create(builder, module.getLoc(), moments.weights.front() + ".moments", type,
                         builder.getStringAttr(file), builder.getI64IntegerAttr(static_cast<int64_t>(moments.offset)));
    symbols.insert(weight); // makes the name unique
    for (const std::string &name : moments.weights)
      byWeight.push_back(builder.getNamedAttr(name, FlatSymbolRefAttr::get(weight)));
  }
}

void addMoments(ModuleOp module, WeightStore &store, ArrayRef<MeasuredMoments> measured) {
  SmallVector<NamedAttribute> byWeight;
  for (auto [index, each] : llvm::enumerate(measured)) {
    if (each.list.empty())
      continue;
    std::string file = index == 0 ? "calibration" : "calibration." + std::to_string(index);
    store.addFile(file, each.file);
    addFrom(module, file, each.list, byWeight);
  }
  if (!byWeight.empty())
    module->setAttr(kMomentsAttr, Builder(module.getContext()).getDictionaryAttr(byWeight));
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
