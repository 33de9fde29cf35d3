#include "compiler/ir/Measurements.h"
#include "mlir/IR/Builders.h"
#include <map>

using namespace mlir;

namespace llmc::ir {

StringRef attributeOf(Measure measure) {
  switch (measure) {
  case Measure::Moments:
    return "llmc.moments";
  case Measure::Extents:
    return "llmc.extents";
  case Measure::Covariances:
    return "llmc.covariances";
  case Measure::Changes:
    return "llmc.changes";
  }
  llvm_unreachable("unknown measure");
}

StringRef nameOf(Measure measure) { return attributeOf(measure).split('.').second; }

std::string resultAttributeOf(Measure measure) { return (attributeOf(measure) + "_of").str(); }

SmallVector<int64_t, 2> shapeOf(Measure measure, int64_t size) {
  switch (measure) {
  case Measure::Moments:
    return {size, size};
  case Measure::Extents:
    return {kExtentRows, size};
  case Measure::Covariances:
    return {kCovariances + size, size};
  case Measure::Changes:
    return {kChangeRows, size};
  }
  llvm_unreachable("unknown measure");
}

namespace {

/// The measurements of a module that is given them, by the names of weights, which differ in those of one measure.
class Adder {
public:
  explicit Adder(ModuleOp module)
      : module(module), symbols(module), builder(OpBuilder::atBlockBegin(module.getBody())) {}

  void add(StringRef file, const Measurement &each) {
    auto type = RankedTensorType::get(shapeOf(each.measure, each.size), builder.getF32Type());
    auto weight =
        WeightOp::create(builder, module.getLoc(), (each.weights.front() + "." + nameOf(each.measure)).str(), type,
                         builder.getStringAttr(file), builder.getI64IntegerAttr(static_cast<int64_t>(each.offset)));
    symbols.insert(weight); // makes the name unique
    for (const std::string &name : each.weights)
      byWeight[each.measure].push_back(builder.getNamedAttr(name, FlatSymbolRefAttr::get(weight)));
  }

  void finish() {
    for (auto &[measure, list] : byWeight)
      module->setAttr(attributeOf(measure), builder.getDictionaryAttr(list));
  }

private:
  ModuleOp module;
  SymbolTable symbols;
  OpBuilder builder;
  std::map<Measure, SmallVector<NamedAttribute>> byWeight;
};

} // namespace

void addMeasurements(ModuleOp module, WeightStore &store, ArrayRef<Measurements> measured) {
  Adder adder(module);
  for (auto [index, of] : llvm::enumerate(measured)) {
    if (!of.changes.empty())
      module->setAttr(attributeOf(Measure::Changes), DenseF64ArrayAttr::get(module.getContext(), of.changes));
    if (of.list.empty())
      continue;
    std::string file = index == 0 ? "calibration" : "calibration." + std::to_string(index);
    store.addFile(file, of.file);
    for (const Measurement &each : of.list)
      adder.add(file, each);
  }
  adder.finish();
}

llvm::StringMap<WeightOp> measurementsIn(ModuleOp module, Measure measure) {
  llvm::StringMap<WeightOp> found;
  if (auto byWeight = module->getAttrOfType<DictionaryAttr>(attributeOf(measure)))
    for (NamedAttribute each : byWeight)
      found[each.getName()] =
          SymbolTable::lookupNearestSymbolFrom<WeightOp>(module, cast<FlatSymbolRefAttr>(each.getValue()));
  return found;
}

std::optional<ArrayRef<double>> changesIn(ModuleOp module) {
  auto changes = module->getAttrOfType<DenseF64ArrayAttr>(attributeOf(Measure::Changes));
  return changes ? std::optional(changes.asArrayRef()) : std::nullopt;
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
