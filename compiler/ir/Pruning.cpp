// The record is a list of dictionaries.
#include "compiler/ir/Pruning.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;

namespace llmc::ir {

static bool isPruning(Attribute attribute) {
  auto entry = dyn_cast<DictionaryAttr>(attribute);
  auto nodes = entry ? entry.getAs<ArrayAttr>("nodes") : ArrayAttr();
  return nodes && llvm::all_of(nodes, llvm::IsaPred<StringAttr>) && entry.getAs<StringAttr>("kind") &&
         entry.getAs<StringAttr>("why") && entry.getAs<IntegerAttr>("left") && entry.getAs<IntegerAttr>("all");
}

bool isPruningRecord(Attribute attribute) {
  auto list = dyn_cast<ArrayAttr>(attribute);
  return list && llvm::all_of(list, isPruning);
}

std::vector<Pruning> pruningOf(func::FuncOp function) {
  std::vector<Pruning> record;
  auto list = function->getAttrOfType<ArrayAttr>(kPruning);
  if (!list || !isPruningRecord(list))
    return record;
  for (auto entry : list.getAsRange<DictionaryAttr>()) {
    record.push_back({entry.getAs<StringAttr>("kind").str(),
                      entry.getAs<IntegerAttr>("left").getInt(),
                      entry.getAs<IntegerAttr>("all").getInt(),
                      entry.getAs<StringAttr>("why").str(),
                      {}});
    for (auto node : entry.getAs<ArrayAttr>("nodes").getAsRange<StringAttr>())
      record.back().nodes.push_back(node.str());
  }
  return record;
}

std::vector<Pruning> removalsOf(func::FuncOp function) {
  std::vector<Pruning> removals = pruningOf(function);
  llvm::erase_if(removals, [](const Pruning &each) { return each.left == each.all; });
  return removals;
}

void recordPruning(func::FuncOp function, const Pruning &pruning) {
  Builder builder(function.getContext());
  SmallVector<StringRef> nodes(pruning.nodes.begin(), pruning.nodes.end());
  auto entry = builder.getDictionaryAttr({builder.getNamedAttr("kind", builder.getStringAttr(pruning.kind)),
                                          builder.getNamedAttr("left", builder.getI64IntegerAttr(pruning.left)),
                                          builder.getNamedAttr("all", builder.getI64IntegerAttr(pruning.all)),
                                          builder.getNamedAttr("why", builder.getStringAttr(pruning.why)),
                                          builder.getNamedAttr("nodes", builder.getStrArrayAttr(nodes))});
  SmallVector<Attribute> list;
  if (auto before = function->getAttrOfType<ArrayAttr>(kPruning))
    list.append(before.begin(), before.end());
  list.push_back(entry);
  function->setAttr(kPruning, builder.getArrayAttr(list));
}

} // namespace llmc::ir
