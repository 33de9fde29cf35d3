// Reads node names off locations.
#include "compiler/ir/Provenance.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace mlir;

namespace llmc::ir {

static void collect(Location location, std::vector<std::string> &names) {
  if (auto name = dyn_cast<NameLoc>(location)) {
    // Damaged models have names that no report could print.
    std::string text = llvm::json::fixUTF8(name.getName());
    if (!llvm::is_contained(names, text))
      names.push_back(text);
  } else if (auto fused = dyn_cast<FusedLoc>(location)) {
    for (Location part : fused.getLocations())
      collect(part, names);
  } else if (auto call = dyn_cast<CallSiteLoc>(location)) {
    collect(call.getCallee(), names);
  }
}

std::vector<std::string> nodesOf(Location location) {
  std::vector<std::string> names;
  collect(location, names);
  return names;
}

static constexpr size_t kShownNodes = 3;

std::string listNodes(Location location) {
  std::vector<std::string> names = nodesOf(location);
  names.resize(std::min(names.size(), kShownNodes));
  return llvm::join(names, "\", \"");
}

std::string describeNodes(Location location) {
  size_t count = nodesOf(location).size();
  std::string text = count ? "\"" + listNodes(location) + "\"" : "";
  if (count > kShownNodes)
    text += " and " + std::to_string(count - kShownNodes) + " more";
  return text;
}

/// The operations that make `value`, producers first, back to those in `seen`.
static void collectProducers(Value value, llvm::SetVector<Operation *> &producers, llvm::SmallDenseSet<Value> &seen) {
  Operation *op = value.getDefiningOp();
  if (!op || !seen.insert(value).second)
    return;
  for (Value operand : op->getOperands())
    collectProducers(operand, producers, seen);
  if (op->getNumOperands() != 0) // constants come from wherever
    producers.insert(op);
}

Location locationBetween(ValueRange inputs, ValueRange operands, Operation *last) {
  llvm::SetVector<Operation *> producers;
  llvm::SmallDenseSet<Value> seen(inputs.begin(), inputs.end());
  for (Value operand : operands)
    collectProducers(operand, producers, seen);
  producers.insert(last);
  auto locations = llvm::map_to_vector(producers, [](Operation *op) { return op->getLoc(); });
  return FusedLoc::get(last->getContext(), locations);
}

} // namespace llmc::ir
