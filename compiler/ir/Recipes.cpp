// Adds weights with recipes to a module.
#include "compiler/ir/Recipes.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace llmc::ir {

bool isKnown(Value tensor) { return isa_and_nonnull<ConstantOp, GetWeightOp>(tensor.getDefiningOp()); }

Value readWeight(OpBuilder &builder, Location location, WeightOp weight) {
  return GetWeightOp::create(builder, location, weight.getTensorType(), FlatSymbolRefAttr::get(weight));
}

/// An empty weight before the first function, with a recipe to be filled.
static WeightOp createWeight(ModuleOp module, SymbolTable &symbols, Location location, StringRef name, Type type) {
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto weight =
      WeightOp::create(builder, location, name, cast<RankedTensorType>(type), /*file=*/StringAttr(), IntegerAttr());
  weight.getRecipe().emplaceBlock();
  symbols.insert(weight); // makes the name unique
  return weight;
}

Value Recipes::use(OpBuilder &builder, Location location, StringRef name, Type type) {
  return GetWeightOp::create(builder, location, type, FlatSymbolRefAttr::get(module.getContext(), name));
}

Value Recipes::append(OpBuilder &builder, GetWeightOp weight, StringRef suffix,
                      llvm::function_ref<Value(OpBuilder &, Value)> body) {
  std::string wanted = (weight.getWeight() + "." + suffix).str();
  std::string &name = known[wanted];
  if (name.empty()) {
    WeightOp made = createWeight(module, symbols, weight.getLoc(), wanted, weight.getType());
    OpBuilder inner = OpBuilder::atBlockEnd(&made.getRecipe().front());
    Value source = use(inner, weight.getLoc(), weight.getWeight(), weight.getType());
    Value result = body(inner, source);
    YieldOp::create(inner, weight.getLoc(), result);
    made.setType(cast<RankedTensorType>(result.getType()));
    name = made.getSymName().str();
  }
  return use(builder, weight.getLoc(), name, symbols.lookup<WeightOp>(name).getType());
}

/// The weights that went in and the operation, as long as that can be read.
static std::string nameOfResult(Operation *op) {
  constexpr size_t readable = 128;
  std::string kind = op->getName().stripDialect().str(), name = kind;
  llvm::SmallDenseSet<Value> seen;
  for (Value operand : op->getOperands())
    if (auto weight = operand.getDefiningOp<GetWeightOp>(); weight && seen.insert(operand).second)
      name = (weight.getWeight() + "." + name).str();
  return name.size() <= readable ? name : kind;
}

WeightOp Recipes::knownOrNew(WeightOp made) {
  std::vector<Operation *> &alike = byRecipe[static_cast<size_t>(hashOf(made.getRecipe()))];
  for (Operation *each : alike)
    if (OperationEquivalence::isRegionEquivalentTo(&cast<WeightOp>(each).getRecipe(), &made.getRecipe(),
                                                   OperationEquivalence::IgnoreLocations)) {
      symbols.erase(made);
      return cast<WeightOp>(each);
    }
  alike.push_back(made);
  return made;
}

Value Recipes::fromOperation(OpBuilder &builder, Operation *op) {
  std::string wanted = nameOfResult(op);
  WeightOp made = createWeight(module, symbols, op->getLoc(), wanted, op->getResult(0).getType());
  OpBuilder inner = OpBuilder::atBlockEnd(&made.getRecipe().front());
  IRMapping mapping;
  for (Value operand : op->getOperands())
    if (!mapping.contains(operand))
      inner.clone(*operand.getDefiningOp(), mapping);
  Operation *clone = inner.clone(*op, mapping);
  YieldOp::create(inner, op->getLoc(), clone->getResult(0));
  made = knownOrNew(made);
  return use(builder, op->getLoc(), made.getSymName(), made.getType());
}

} // namespace llmc::ir
