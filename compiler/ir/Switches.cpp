#include "compiler/ir/Switches.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

void recordSwitches(func::FuncOp function, ArrayRef<Switch> switches) {
  Builder builder(function.getContext());
  SmallVector<Attribute> records;
  for (const Switch &each : switches) {
    SmallVector<StringRef> nodes(each.nodes.begin(), each.nodes.end());
    records.push_back(builder.getDictionaryAttr({
        builder.getNamedAttr("flops", builder.getStringAttr(each.flops.text())),
        builder.getNamedAttr("nodes", builder.getStrArrayAttr(nodes)),
        builder.getNamedAttr("numbers", builder.getI64IntegerAttr(each.numbers)),
    }));
  }
  function->setAttr(kSwitches, builder.getArrayAttr(records));
}

std::vector<Switch> switchesOf(func::FuncOp function) {
  std::vector<Switch> switches;
  if (auto records = function->getAttrOfType<ArrayAttr>(kSwitches))
    for (auto record : records.getAsRange<DictionaryAttr>()) {
      Switch &each = switches.emplace_back();
      for (auto node : record.getAs<ArrayAttr>("nodes").getAsRange<StringAttr>())
        each.nodes.push_back(node.str());
      each.flops = DimExpr::parse(record.getAs<StringAttr>("flops").getValue()).value_or(DimExpr());
      each.numbers = record.getAs<IntegerAttr>("numbers").getInt();
    }
  return switches;
}

} // namespace llmc::ir
