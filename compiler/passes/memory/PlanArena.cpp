// One arena for all intermediate tensors.
//
// A plan that is good for typical sizes is found by best fit; what is kept of it is which tensors lie above which. The
// offset of a tensor is then the largest end of those below it, a formula that is valid for all sizes. A result that
// can be written over an operand takes over its place.
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/InPlace.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/memory/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"
#include <map>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PLANARENA
#include "compiler/passes/memory/Passes.h.inc"

namespace {

struct Slot {
  ir::DimExpr bytes;
  int64_t first, last; // numbers of the kernels between which it holds a tensor, or several, one after the other
  int64_t typicalBytes = 0, typicalOffset = -1;

  bool meets(const Slot &other) const { return first <= other.last && other.first <= last; }
};

/// Sets of kernel numbers, grown range by range.
class Ranges {
public:
  bool meets(int64_t first, int64_t last) const {
    auto next = ends.upper_bound(last); // begins behind
    return next != ends.begin() && std::prev(next)->second >= first;
  }
  void add(int64_t first, int64_t last) {
    auto next = ends.upper_bound(last);
    while (next != ends.begin() && std::prev(next)->second >= first) {
      auto overlapping = std::prev(next);
      first = std::min(first, overlapping->first);
      last = std::max(last, overlapping->second);
      next = ends.erase(overlapping);
    }
    ends[first] = last;
  }

private:
  std::map<int64_t, int64_t> ends; // disjoint ranges: first -> last
};

class Planner {
public:
  Planner(func::FuncOp function, int64_t typicalSize)
      : function(function), analysis(function), typicalSize(typicalSize) {}

  LogicalResult run() {
    if (!analysis.isValid())
      return failure();
    if (failed(findLastUses()))
      return failure();
    collect();
    placeTypical();
    write();
    return success();
  }

  int64_t inPlace = 0;

private:
  static Value sourceOf(Value value) {
    while (auto reshape = value.getDefiningOp<ir::ReshapeOp>())
      value = reshape.getInput();
    return value;
  }

  /// Reshapes are views: what reads them reads their source.
  LogicalResult findLastUses() {
    for (OpOperand &operand : function.getBody().front().getTerminator()->getOpOperands()) {
      unsigned number = operand.getOperandNumber();
      auto [known, isNew] = outputs.try_emplace(sourceOf(operand.get()), number);
      if (!isNew && known->first.getDefiningOp<ir::KernelOp>())
        return function.emitError()
               << "outputs " << known->second << " and " << number
               << " are one result, which can be written to one place only; try: llmc-form-kernels "
                  "behind whatever merges equal kernels, since it copies what is returned twice";
    }
    int64_t number = 0;
    function.walk([&](ir::KernelOp kernel) {
      for (Value result : kernel.getResults())
        lastUse[result] = number;
      for (Value input : kernel.getInputs())
        lastUse[sourceOf(input)] = number;
      ++number;
    });
    return success();
  }

  void collect() {
    int64_t number = 0;
    function.walk([&](ir::KernelOp kernel) {
      SmallVector<Attribute> places;
      llvm::SmallDenseSet<size_t> taken;
      for (OpResult result : kernel.getResults())
        places.push_back(placeOf(result, number, taken));
      kernel.setPlacesAttr(ArrayAttr::get(function.getContext(), places));
      ++number;
    });
  }

  /// `taken` are the places that other results of the kernel have taken over.
  ir::PlaceAttr placeOf(OpResult result, int64_t number, llvm::SmallDenseSet<size_t> &taken) {
    MLIRContext *context = function.getContext();
    if (auto output = outputs.find(result); output != outputs.end())
      return ir::PlaceAttr::get(context, ir::PlaceKind::Output, output->second);
    auto type = cast<RankedTensorType>(result.getType());
    ir::DimExpr bytes = ir::byteSize(type.getElementType(), analysis.dims(result));
    size_t slot = takenOver(result, number, bytes, taken).value_or(slots.size());
    if (slot == slots.size())
      slots.push_back({bytes, number, number});
    else
      ++inPlace;
    taken.insert(slot);
    slots[slot].last = lastUse[result];
    slotOf[result] = slot;
    return ir::PlaceAttr::get(context, ir::PlaceKind::Arena, static_cast<int64_t>(slot));
  }

  /// The place of an operand that ends with this kernel and that the kernel may overwrite, through whatever views it
  /// reads it.
  std::optional<size_t> takenOver(OpResult result, int64_t number, const ir::DimExpr &bytes,
                                  const llvm::SmallDenseSet<size_t> &taken) {
    auto kernel = cast<ir::KernelOp>(result.getOwner());
    SmallVector<unsigned> allowed = ir::overwritableOperands(result, analysis);
    for (unsigned candidate : allowed) {
      Value source = sourceOf(kernel.getInputs()[candidate]);
      auto slot = slotOf.find(source);
      if (slot == slotOf.end() || lastUse[source] != number || slots[slot->second].bytes != bytes ||
          taken.contains(slot->second))
        continue;
      bool everywhere = llvm::all_of(llvm::enumerate(kernel.getInputs()), [&](auto input) {
        return sourceOf(input.value()) != source || llvm::is_contained(allowed, input.index());
      });
      if (everywhere)
        return slot->second;
    }
    return std::nullopt;
  }

  int64_t typical(const ir::DimExpr &expr) {
    auto value = expr.evaluate([&](StringRef name) -> std::optional<int64_t> {
      ir::DimExpr symbol = analysis.parse(name);
      if (symbol.constant())
        return symbol.constant();
      return std::clamp(typicalSize, symbol.least(), symbol.most());
    });
    return std::max<int64_t>(value.value_or(0), 0);
  }

  /// Large tensors first, each into the smallest gap among those that it meets.
  void placeTypical() {
    std::vector<size_t> order;
    for (size_t i = 0; i < slots.size(); ++i) {
      slots[i].typicalBytes = llvm::alignTo(std::max<int64_t>(typical(slots[i].bytes), 1), ir::kArenaAlignment);
      order.push_back(i);
    }
    llvm::sort(order, [&](size_t a, size_t b) {
      return std::make_pair(-slots[a].typicalBytes, a) < std::make_pair(-slots[b].typicalBytes, b);
    });
    std::vector<size_t> placed;
    for (size_t i : order) {
      std::vector<std::pair<int64_t, int64_t>> taken;
      for (size_t j : placed)
        if (slots[i].meets(slots[j]))
          taken.push_back({slots[j].typicalOffset, slots[j].typicalOffset + slots[j].typicalBytes});
      slots[i].typicalOffset = bestGap(taken, slots[i].typicalBytes);
      placed.push_back(i);
    }
  }

  static int64_t bestGap(std::vector<std::pair<int64_t, int64_t>> &taken, int64_t bytes) {
    llvm::sort(taken);
    int64_t end = 0, best = -1, bestSize = std::numeric_limits<int64_t>::max();
    for (auto [from, to] : taken) {
      int64_t gap = from - end;
      if (gap >= bytes && gap < bestSize) {
        best = end;
        bestSize = gap;
      }
      end = std::max(end, to);
    }
    return best < 0 ? end : best;
  }

  void write() {
    Builder builder(function.getContext());
    SmallVector<Attribute> table;
    auto order = llvm::to_vector(llvm::seq<size_t>(0, slots.size()));
    llvm::sort(order, [&](size_t a, size_t b) {
      return std::make_pair(slots[a].typicalOffset, a) < std::make_pair(slots[b].typicalOffset, b);
    });
    std::vector<SmallVector<int64_t>> below(slots.size());
    for (size_t position = 0; position < order.size(); ++position)
      below[order[position]] = findBelow(ArrayRef<size_t>(order).take_front(position), slots[order[position]]);
    for (size_t i = 0; i < slots.size(); ++i)
      table.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr("below", builder.getDenseI64ArrayAttr(below[i])),
           builder.getNamedAttr("bytes", builder.getStringAttr(slots[i].bytes.text())),
           builder.getNamedAttr("live", builder.getDenseI64ArrayAttr({slots[i].first, slots[i].last}))}));
    function->setAttr(ir::kSlotsAttr, builder.getArrayAttr(table));
  }

  /// Of the places further down, those that `slot` must lie above. One need not be listed when some place between the
  /// two meets both.
  SmallVector<int64_t> findBelow(ArrayRef<size_t> lower, const Slot &slot) {
    SmallVector<int64_t> below;
    Ranges between;
    for (size_t j : llvm::reverse(lower)) {
      if (!slot.meets(slots[j]))
        continue;
      if (!between.meets(slots[j].first, slots[j].last))
        below.push_back(static_cast<int64_t>(j));
      between.add(slots[j].first, slots[j].last);
    }
    llvm::sort(below);
    return below;
  }

  func::FuncOp function;
  ir::DimAnalysis analysis;
  int64_t typicalSize;
  std::vector<Slot> slots;
  llvm::DenseMap<Value, size_t> slotOf;   // of kernels' results
  llvm::DenseMap<Value, int64_t> lastUse; // number of the last kernel that reads the value or a view of it
  llvm::DenseMap<Value, int64_t> outputs; // results that go straight to the caller -> number of the output
};

struct PlanArenaPass : impl::PlanArenaBase<PlanArenaPass> {
  using PlanArenaBase::PlanArenaBase;
  void runOnOperation() override {
    Planner planner(getOperation(), typicalSize);
    if (failed(planner.run()))
      return signalPassFailure();
    numInPlace += planner.inPlace;
  }
};

} // namespace
} // namespace llmc::passes
