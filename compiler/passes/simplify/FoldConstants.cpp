// Evaluates at compile time what no input decides.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/simplify/Passes.h"
#include "compiler/reference/Interpreter.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "compiler/passes/simplify/Passes.h.inc"

namespace {

/// Whether the result is large and holds more elements than what it is made of: it would only fill the weights' file
/// with copies, which are made where they are read.
bool growsLarge(Operation *op) {
  constexpr int64_t large = int64_t(1) << 26;
  auto countOf = [](Value tensor) {
    auto count = reference::elementCount(cast<RankedTensorType>(tensor.getType()).getShape());
    return count.value_or(std::numeric_limits<int64_t>::max());
  };
  int64_t count = countOf(op->getResult(0)), given = 0;
  llvm::SmallDenseSet<Value> seen;
  for (Value operand : op->getOperands())
    if (seen.insert(operand).second && llvm::AddOverflow(given, countOf(operand), given))
      return true;
  return count > large && count > given;
}

struct FoldConstantsPass : impl::FoldConstantsBase<FoldConstantsPass> {
  using FoldConstantsBase::FoldConstantsBase;

  void runOnOperation() override {
    ir::Recipes recipes(getOperation());
    getOperation().walk([&](func::FuncOp function) {
      for (Block *block : ir::tensorBlocks(function))
        for (Operation &op : llvm::make_early_inc_range(*block))
          fold(&op, recipes);
    });
  }

private:
  void fold(Operation *op, ir::Recipes &recipes) {
    if (isa<ir::DecodeOp>(op)) // codes are there to be stored
      return;
    if (!isa<ir::InferDimsInterface>(op) || (op->getNumOperands() == 0 && !isa<ir::IotaOp>(op)) ||
        !llvm::all_of(op->getOperands(), ir::isKnown))
      return;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    if (!type.hasStaticShape())
      return;
    if (growsLarge(op))
      return;
    bool constants = llvm::all_of(op->getOperands(), [](Value v) { return v.getDefiningOp<ir::ConstantOp>(); });
    OpBuilder builder(op);
    Value folded;
    if (constants && type.getNumElements() <= maxElements)
      folded = evaluate(builder, op);
    if (!folded) {
      // Repeating a constant over a large tensor is cheaper done where it is read.
      if (constants && isa<ir::ExpandOp>(op))
        return;
      folded = recipes.fromOperation(builder, op);
      ++numWeights;
    }
    op->getResult(0).replaceAllUsesWith(folded);
    op->erase();
  }

  /// The result as a constant; null where the interpreter declines.
  Value evaluate(OpBuilder &builder, Operation *op) {
    std::vector<reference::Tensor> operands;
    for (Value operand : op->getOperands()) {
      auto tensor = reference::Tensor::fromAttribute(operand.getDefiningOp<ir::ConstantOp>().getValue());
      if (!tensor) {
        llvm::consumeError(tensor.takeError());
        return {};
      }
      operands.push_back(*tensor);
    }
    auto result = reference::evaluate(op, operands);
    if (!result) {
      llvm::consumeError(result.takeError());
      return {};
    }
    ++numConstants;
    return ir::ConstantOp::create(builder, op->getLoc(), result->toAttribute());
  }
};

} // namespace
} // namespace llmc::passes
