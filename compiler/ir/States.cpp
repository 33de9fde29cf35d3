// States as the function carries them, and their tensors, which may be seen through reshapes.
#include "compiler/ir/States.h"
#include "compiler/ir/AttributeRows.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

/// Of text that somebody has changed, rows that name nothing of the function are left out.
static bool namesTensors(func::FuncOp function, const State &state) {
  if (state.input >= function.getNumArguments() || state.output >= function.getNumResults())
    return false;
  auto from = dyn_cast<RankedTensorType>(function.getArgumentTypes()[state.input]);
  auto to = dyn_cast<RankedTensorType>(function.getResultTypes()[state.output]);
  return from && to && from.getRank() == to.getRank() && static_cast<int64_t>(state.axis) < to.getRank();
}

std::vector<State> readStates(func::FuncOp function) {
  std::vector<State> states;
  for (DictionaryAttr row : rowsOf(function, kStatesAttr)) {
    State state = {numberIn(row, "input"), numberIn(row, "output"), numberIn(row, "axis")};
    if (namesTensors(function, state))
      states.push_back(state);
  }
  return states;
}

void writeStates(func::FuncOp function, ArrayRef<State> states) {
  Builder builder(function.getContext());
  SmallVector<Attribute> table;
  for (const State &state : states)
    table.push_back(
        builder.getDictionaryAttr({builder.getNamedAttr("axis", builder.getI64IntegerAttr(state.axis)),
                                   builder.getNamedAttr("input", builder.getI64IntegerAttr(state.input)),
                                   builder.getNamedAttr("output", builder.getI64IntegerAttr(state.output))}));
  if (table.empty())
    function->removeAttr(kStatesAttr);
  else
    function->setAttr(kStatesAttr, builder.getArrayAttr(table));
}

StateMemory::StateMemory(func::FuncOp function) {
  std::vector<State> states = readStates(function);
  if (states.empty())
    return;
  DimAnalysis dims(function);
  Operation *terminator = function.getBody().front().getTerminator();
  for (const State &state : states) {
    inputs.insert(function.getArgument(state.input));
    outputs[terminator->getOperand(state.output)] = state.axis;
  }
  function.walk([&](ReshapeOp view) {
    auto source = outputs.find(view.getInput());
    if (source == outputs.end())
      return;
    if (auto axis = followAxis(dims.dims(view.getInput()), dims.dims(view.getResult()), source->second))
      outputs[view.getResult()] = *axis;
  });
}

std::optional<unsigned> StateMemory::axisOf(Value tensor) const {
  auto found = outputs.find(tensor);
  return found == outputs.end() ? std::nullopt : std::optional(found->second);
}

bool StateMemory::isInput(Value tensor) const { return inputs.contains(tensor); }

DimVector extentsOf(const DimVector &dims, std::optional<unsigned> axis) {
  DimVector extents = dims;
  if (axis)
    extents[*axis] = DimExpr::max(DimExpr::symbol(kCapacity), dims[*axis]);
  return extents;
}

std::optional<unsigned> followAxis(ArrayRef<DimExpr> from, ArrayRef<DimExpr> to, unsigned axis) {
  DimExpr within = product(from.drop_front(axis + 1));
  for (unsigned other = 0; other < to.size(); ++other)
    if (to[other] == from[axis] && product(to.drop_front(other + 1)) == within)
      return other;
  return std::nullopt;
}

} // namespace llmc::ir
