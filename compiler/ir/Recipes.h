// Weights made from weights. A recipe is IR; it runs when the artefact's weights are written.
#ifndef LLMC_COMPILER_IR_RECIPES_H
#define LLMC_COMPILER_IR_RECIPES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace llmc::ir {

class GetWeightOp;
class WeightOp;

/// Whether a tensor is a constant or a weight.
bool isKnown(mlir::Value tensor);

/// A weight where `builder` is, in a function or in the recipe of another.
mlir::Value readWeight(mlir::OpBuilder &builder, mlir::Location location, WeightOp weight);

/// A weight that is read elsewhere, once more: in a recipe of its own, for instance.
inline mlir::Value readAgain(mlir::OpBuilder &builder, mlir::Value weight) {
  return builder.clone(*weight.getDefiningOp())->getResult(0);
}

class Recipes {
public:
  explicit Recipes(mlir::ModuleOp module) : module(module), symbols(module) {}

  /// A new weight, computed from `weight` by what `body` builds. Two equal requests give one weight.
  mlir::Value append(mlir::OpBuilder &builder, GetWeightOp weight, llvm::StringRef suffix,
                     llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value)> body);
  /// A new weight with the recipe of `op`, whose operands are constants and weights. Two equal requests give one
  /// weight.
  mlir::Value fromOperation(mlir::OpBuilder &builder, mlir::Operation *op);

private:
  mlir::Value use(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name, mlir::Type type);
  /// A weight that was made before with the recipe of `made`, or else that one.
  WeightOp knownOrNew(WeightOp made);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  llvm::StringMap<std::string> known;                        // weight and suffix -> name
  std::map<size_t, std::vector<mlir::Operation *>> byRecipe; // made from operations, by a hash
};

} // namespace llmc::ir

#endif
