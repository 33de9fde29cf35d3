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
  std::vector<size_t> order;
  std::vector<bool> done(slots.size(), false);
  // Chains of places are short; a few sweeps suffice.
  while (order.size() < slots.size()) {
    size_t before = order.size();
    for (size_t i = 0; i < slots.size(); ++i) {
      bool ready = llvm::all_of(slots[i].below, [&](int64_t j) { return done[j]; });
      if (done[i] || !ready)
        continue;
      done[i] = true;
      order.push_back(i);
    }
    assert(order.size() > before && "places can't lie below one another");
    if (order.size() == before)
      break;
  }
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
