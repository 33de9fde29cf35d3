// One arena for all intermediate tensors.
//
// A plan that is good for typical sizes is found by best fit; what is kept of it is which tensors lie above which. The
// offset of a tensor is then the largest end of those below it, a formula that is valid for all sizes.
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/memory/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PLANARENA
#include "compiler/passes/memory/Passes.h.inc"

namespace {

struct Slot {
  ir::KernelOp kernel;
  ir::DimExpr bytes;
  int64_t first, last; // numbers of the kernels between which the tensor lives
  int64_t typicalBytes = 0, typicalOffset = -1;

  bool meets(const Slot &other) const { return first <= other.last && other.first <= last; }
};

class Planner {
public:
  Planner(func::FuncOp function, int64_t typicalSize)
      : function(function), analysis(function), typicalSize(typicalSize) {}

  LogicalResult run() {
    if (!analysis.isValid())
      return failure();
    collect();
    placeTypical();
    write();
    return success();
  }

private:
  static Value sourceOf(Value value) {
    while (auto reshape = value.getDefiningOp<ir::ReshapeOp>())
      value = reshape.getInput();
    return value;
  }

  void collect() {
    llvm::DenseMap<Operation *, size_t> slotOf;
    llvm::DenseMap<Value, int64_t> outputs;
    Operation *ret = function.getBody().front().getTerminator();
    for (OpOperand &operand : ret->getOpOperands())
      outputs[sourceOf(operand.get())] = operand.getOperandNumber();
    int64_t number = 0;
    Builder builder(function.getContext());
    function.walk([&](ir::KernelOp kernel) {
      for (Value input : kernel.getInputs())
        if (auto found = slotOf.find(sourceOf(input).getDefiningOp()); found != slotOf.end())
          slots[found->second].last = number;
      auto output = outputs.find(kernel.getResult(0));
      if (output != outputs.end()) {
        kernel->setAttr(ir::kOutputAttr, builder.getI64IntegerAttr(output->second));
      } else {
        auto type = cast<RankedTensorType>(kernel.getResult(0).getType());
        int64_t width = (type.getElementTypeBitWidth() + 7) / 8;
        ir::DimExpr bytes = ir::product(analysis.dims(kernel.getResult(0))) * width;
        slotOf[kernel] = slots.size();
        slots.push_back({kernel, bytes, number, number});
      }
      ++number;
    });
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
    for (size_t i = 0; i < slots.size(); ++i) {
      slots[i].kernel->setAttr(ir::kSlotAttr, builder.getI64IntegerAttr(i));
      SmallVector<int64_t> below;
      for (size_t j = 0; j < slots.size(); ++j)
        if (j != i && slots[i].meets(slots[j]) && liesBelow(j, i) && !impliedByAnother(j, i))
          below.push_back(j);
      table.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr("below", builder.getDenseI64ArrayAttr(below)),
           builder.getNamedAttr("bytes", builder.getStringAttr(slots[i].bytes.text())),
           builder.getNamedAttr("live", builder.getDenseI64ArrayAttr({slots[i].first, slots[i].last}))}));
    }
    function->setAttr(ir::kSlotsAttr, builder.getArrayAttr(table));
  }

  bool liesBelow(size_t a, size_t b) const {
    return std::make_pair(slots[a].typicalOffset, a) < std::make_pair(slots[b].typicalOffset, b);
  }

  /// Some tensor lies between the two and meets both: then `below` need not be listed.
  bool impliedByAnother(size_t below, size_t above) const {
    for (size_t k = 0; k < slots.size(); ++k)
      if (k != below && k != above && slots[k].meets(slots[below]) && slots[k].meets(slots[above]) &&
          liesBelow(below, k) && liesBelow(k, above))
        return true;
    return false;
  }

  func::FuncOp function;
  ir::DimAnalysis analysis;
  int64_t typicalSize;
  std::vector<Slot> slots;
};

struct PlanArenaPass : impl::PlanArenaBase<PlanArenaPass> {
  using PlanArenaBase::PlanArenaBase;
  void runOnOperation() override {
    if (failed(Planner(getOperation(), typicalSize).run()))
      signalPassFailure();
  }
};

} // namespace
} // namespace llmc::passes
