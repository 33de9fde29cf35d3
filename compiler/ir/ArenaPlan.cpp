// Reads and evaluates memory plans.
#include "compiler/ir/ArenaPlan.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace llmc::ir {

std::vector<ArenaSlot> readArenaPlan(func::FuncOp function, const DimAnalysis &analysis) {
  std::vector<ArenaSlot> slots;
  auto table = function->getAttrOfType<ArrayAttr>(kSlotsAttr);
  if (!table)
    return slots;
  for (auto row : table.getAsRange<DictionaryAttr>()) {
    auto below = row.getAs<DenseI64ArrayAttr>("below").asArrayRef();
    auto live = row.getAs<DenseI64ArrayAttr>("live").asArrayRef();
    slots.push_back({analysis.parse(row.getAs<StringAttr>("bytes").getValue()), below.vec(), live[0], live[1]});
  }
  return slots;
}

std::vector<size_t> arenaOrder(ArrayRef<ArenaSlot> slots) {
  std::vector<std::vector<size_t>> above(slots.size());
  std::vector<size_t> missing(slots.size()), order;
  for (size_t i = 0; i < slots.size(); ++i) {
    missing[i] = slots[i].below.size();
    for (int64_t j : slots[i].below)
      above[j].push_back(i);
    if (missing[i] == 0)
      order.push_back(i);
  }
  for (size_t next = 0; next < order.size(); ++next)
    for (size_t i : above[order[next]])
      if (--missing[i] == 0)
        order.push_back(i);
  assert(order.size() == slots.size() && "places can't lie below one another");
  return order;
}

ArenaUse evaluateArena(ArrayRef<ArenaSlot> slots, llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> symbols) {
  std::vector<int64_t> ends(slots.size(), 0);
  std::map<int64_t, int64_t> change; // of the bytes alive, by kernel
  ArenaUse use = {0, 0, 0};
  for (size_t i : arenaOrder(slots)) {
    int64_t bytes = slots[i].bytes.evaluate(symbols).value_or(0), offset = 0;
    for (int64_t j : slots[i].below)
      offset = std::max(offset, ends[j]);
    ends[i] = offset + static_cast<int64_t>(llvm::alignTo(bytes, kArenaAlignment));
    use.arenaBytes = std::max(use.arenaBytes, ends[i]);
    change[slots[i].firstKernel] += bytes;
    change[slots[i].lastKernel + 1] -= bytes;
  }
  int64_t alive = 0, fullest = 0;
  for (auto [kernel, bytes] : change) {
    alive += bytes;
    if (alive > use.lowerBoundBytes)
      fullest = kernel;
    use.lowerBoundBytes = std::max(use.lowerBoundBytes, alive);
  }
  for (const ArenaSlot &slot : slots)
    if (slot.firstKernel <= fullest && fullest <= slot.lastKernel)
      use.lowerBound = use.lowerBound + slot.bytes;
  return use;
}

} // namespace llmc::ir
