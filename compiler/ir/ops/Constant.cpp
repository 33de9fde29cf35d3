// Constants and weights.
#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace llmc::ir {

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult WeightOp::verify() {
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!type || !type.hasStaticShape()) // C2
    return emitOpError("must have static sizes, but its type is ") << getType();
  if (hasRecipe() == getFile().has_value()) // C1
    return emitOpError("takes its data either from a file or from a recipe");
  if (getFile().has_value() != getOffset().has_value() || (getOffset() && static_cast<int64_t>(*getOffset()) < 0))
    return emitOpError("needs a file together with an offset that is not negative");
  if (!hasRecipe())
    return success();
  Block &block = getRecipe().front(); // C3
  auto yield = block.empty() ? YieldOp() : dyn_cast<YieldOp>(block.back());
  if (!yield || yield.getNumOperands() != 1 || yield.getOperand(0).getType() != type)
    return emitOpError("recipe must end in llmc.yield of one ") << type;
  return success();
}

LogicalResult WeightOp::verifySymbolUses(SymbolTableCollection &symbols) {
  llvm::SetVector<Operation *> needed; // grows while it is walked
  auto addSources = [&](WeightOp weight) {
    weight.getRecipe().walk([&](GetWeightOp use) {
      if (auto source = symbols.lookupNearestSymbolFrom<WeightOp>(weight->getParentOp(), use.getWeightAttr()))
        needed.insert(source);
    });
  };
  addSources(*this);
  for (size_t i = 0; i < needed.size(); ++i)
    addSources(cast<WeightOp>(needed[i]));
  if (needed.contains(*this)) // C4
    return emitOpError("recipe depends on the weight itself");
  return success();
}

LogicalResult GetWeightOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto weight = symbols.lookupNearestSymbolFrom<WeightOp>(*this, getWeightAttr());
  if (!weight) // C1
    return emitOpError("names no weight: ") << getWeightAttr();
  if (weight.getType() != getType())
    return emitOpError("has type ") << getType() << " but the weight is " << weight.getType();
  return success();
}

ParseResult parseOptionalRecipe(OpAsmParser &parser, Region &recipe) {
  auto parsed = parser.parseOptionalRegion(recipe);
  return parsed.has_value() ? *parsed : ParseResult(success());
}

void printOptionalRecipe(OpAsmPrinter &printer, Operation *, Region &recipe) {
  if (recipe.empty())
    return;
  printer << ' ';
  printer.printRegion(recipe, /*printEntryBlockArgs=*/false);
}

} // namespace llmc::ir
