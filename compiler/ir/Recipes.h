// Weights made from weights. A recipe is IR; it runs when the artefact's weights are written.
#ifndef LLMC_COMPILER_IR_RECIPES_H
#define LLMC_COMPILER_IR_RECIPES_H

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::ir {

class GetWeightOp;

class Recipes {
public:
  explicit Recipes(mlir::ModuleOp module) : module(module), symbols(module) {}

  /// A new weight, computed from `weight` by what `body` builds. Two equal requests give one weight.
  mlir::Value append(mlir::OpBuilder &builder, GetWeightOp weight, llvm::StringRef suffix,
                     llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Value)> body);
  /// A new weight with the recipe of `op`, whose operands are constants and weights.
  mlir::Value fromOperation(mlir::OpBuilder &builder, mlir::Operation *op);

private:
  mlir::Value use(mlir::OpBuilder &builder, mlir::Location location, llvm::StringRef name, mlir::Type type);

  mlir::ModuleOp module;
  mlir::SymbolTable symbols;
  llvm::StringMap<std::string> known; // weight and suffix -> name
};

} // namespace llmc::ir

#endif
