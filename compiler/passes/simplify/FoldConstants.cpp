// Evaluates at compile time what no input decides.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/simplify/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "compiler/passes/simplify/Passes.h.inc"

namespace {

bool isKnown(Value value) {
  Operation *op = value.getDefiningOp();
  return isa_and_nonnull<ir::ConstantOp, ir::GetWeightOp>(op);
}

struct FoldConstantsPass : impl::FoldConstantsBase<FoldConstantsPass> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    ir::Recipes recipes(getOperation());
    getOperation().walk([&](func::FuncOp function) {
      for (Operation &op : llvm::make_early_inc_range(function.getBody().front()))
        fold(&op, recipes);
    });
  }

private:
  void fold(Operation *op, ir::Recipes &recipes) {
    if (!isa<ir::InferDimsInterface>(op) || op->getNumOperands() == 0 || !llvm::all_of(op->getOperands(), isKnown))
      return;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (!type.hasStaticShape())
      return;
    OpBuilder builder(op);
    Value folded = recipes.fromOperation(builder, op);
    ++numWeights;
    op->getResult(0).replaceAllUsesWith(folded);
    op->erase();
  }
};

} // namespace
} // namespace llmc::passes
