#include "compiler/reference/RecipeResults.h"

namespace llmc::reference {

RecipeResults::RecipeResults(mlir::ModuleOp module, llvm::ArrayRef<ir::WeightOp> wanted, int64_t mostBytes)
    : bytesLeft(mostBytes) {
  mlir::SymbolTable symbols(module);
  for (ir::WeightOp weight : wanted)
    countReader(weight, symbols);
}

void RecipeResults::countReader(ir::WeightOp weight, const mlir::SymbolTable &symbols) {
  if (all[weight].readers++ > 0)
    return;
  weight.getRecipe().walk(
      [&](ir::GetWeightOp use) { countReader(symbols.lookup<ir::WeightOp>(use.getWeight()), symbols); });
}

std::optional<Tensor> RecipeResults::find(ir::WeightOp weight) {
  Kept &kept = all[weight];
  if (!kept.tensor)
    return std::nullopt;
  Tensor tensor = *kept.tensor;
  if (--kept.readers <= 0) {
    bytesLeft += tensor.byteCount();
    kept.tensor.reset();
  }
  return tensor;
}

void RecipeResults::keep(ir::WeightOp weight, const Tensor &tensor) {
  Kept &kept = all[weight];
  if (--kept.readers <= 0 || tensor.byteCount() > bytesLeft)
    return;
  bytesLeft -= tensor.byteCount();
  kept.tensor = tensor;
}

} // namespace llmc::reference
