// Reads node names off locations.
#include "compiler/ir/Provenance.h"
#include "llvm/ADT/STLExtras.h"
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

std::string describeNodes(Location location) {
  constexpr size_t shown = 3;
  std::vector<std::string> names = nodesOf(location);
  std::string text;
  for (size_t i = 0; i < std::min(names.size(), shown); ++i)
    text += (i ? ", \"" : "\"") + names[i] + "\"";
  if (names.size() > shown)
    text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

} // namespace llmc::ir
