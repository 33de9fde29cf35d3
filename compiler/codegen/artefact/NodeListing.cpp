// Columns are divided by tabs; the first line says what they are.
#include "compiler/codegen/artefact/NodeListing.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace llmc::codegen {

/// What a kernel is named after, and then what it computes once more for itself, such as positions. What has no
/// operands may be shared by nodes from all over the model.
static std::vector<std::string> nodesIn(ir::KernelOp kernel) {
  SmallVector<Location> locations = {kernel.getLoc()};
  kernel.getBody().walk([&](Operation *op) {
    if (op->getNumOperands() != 0 && op->getNumResults() != 0)
      locations.push_back(op->getLoc());
  });
  return ir::nodesOf(FusedLoc::get(kernel.getContext(), locations));
}

NodeListing::NodeListing(StringRef name, ArrayRef<ir::ModelNode> nodes, ArrayRef<func::FuncOp> variants) : name(name) {
  for (const ir::ModelNode &node : nodes)
    add({llvm::json::fixUTF8(node.name), llvm::json::fixUTF8(node.operation)}); // as nodesOf() gives them
  for (func::FuncOp variant : variants)
    variant.walk([&](ir::KernelOp kernel) {
      for (const std::string &name : nodesIn(kernel))
        if (!lines.contains(name))
          add({name, ""});
    });
}

void NodeListing::add(ir::ModelNode node) {
  constexpr unsigned first = 2;
  lines.try_emplace(node.name, first + nodes.size()); // names need not differ: then the first stands for all
  nodes.push_back(std::move(node));
}

unsigned NodeListing::lineOf(Location location) const {
  std::vector<std::string> names = ir::nodesOf(location);
  return names.empty() ? 0 : lines.lookup(names.back());
}

/// Names come from files; one that has line breaks must not become two lines.
static std::string onOneLine(StringRef text) {
  std::string line = text.empty() ? "-" : text.str();
  std::replace_if(line.begin(), line.end(), [](char c) { return llvm::isASCII(c) && !llvm::isPrint(c); }, '?');
  return line;
}

std::string NodeListing::text(ArrayRef<func::FuncOp> variants, const ModelFacts &facts) const {
  llvm::StringMap<SmallVector<StringRef>> functions; // by the name of the node
  size_t number = 0;
  for (func::FuncOp variant : variants)
    variant.walk([&](ir::KernelOp kernel) {
      StringRef function = facts.kernels[number++].name;
      for (const std::string &node : nodesIn(kernel))
        if (auto &list = functions[node]; !llvm::is_contained(list, function))
          list.push_back(function);
    });
  std::string text = "node\toperator\tkernels of " + name + "\n";
  for (const ir::ModelNode &node : nodes)
    text += onOneLine(node.name) + "\t" + onOneLine(node.operation) + "\t" +
            onOneLine(llvm::join(functions.lookup(node.name), " ")) + "\n";
  return text;
}

} // namespace llmc::codegen
