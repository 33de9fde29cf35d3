// Assigns offsets, each aligned to a cache line.
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/WeightStore.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace llmc::codegen {

WeightsLayout::WeightsLayout(ModuleOp module, ArrayRef<func::FuncOp> functions) : module(module) {
  for (func::FuncOp function : functions)
    function.walk([&](ir::KernelOp kernel) {
      for (Value operand : kernel.getInputs())
        place(operand);
    });
}

void WeightsLayout::place(Value operand) {
  Operation *source = sourceOf(operand);
  if (!source || offsets.count(source))
    return;
  uint64_t bytes = ir::byteSize(cast<RankedTensorType>(operand.getType()));
  uint64_t offset = llvm::alignTo(total, 64);
  offsets[source] = offset;
  list.push_back({source, offset, bytes});
  total = offset + bytes;
}

Operation *WeightsLayout::sourceOf(Value operand) const {
  while (auto reshape = operand.getDefiningOp<ir::ReshapeOp>())
    operand = reshape.getInput();
  if (auto weight = operand.getDefiningOp<ir::GetWeightOp>())
    return SymbolTable::lookupSymbolIn(module, weight.getWeight());
  return operand.getDefiningOp<ir::ConstantOp>();
}

std::optional<uint64_t> WeightsLayout::offsetOf(Value operand) const {
  auto found = offsets.find(sourceOf(operand));
  return found == offsets.end() ? std::nullopt : std::optional<uint64_t>(found->second);
}

} // namespace llmc::codegen
