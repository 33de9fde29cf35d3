// Meaning is read off the operations alone, never off names: attention is a softmax between two products, SiLU
// is the shape of a map's body. Borders of kernels are walked through.
#include "compiler/pipeline/Recognise.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::pipeline {
namespace {

/// The operations that compute `value`, or read it, through the borders of kernels.
Operation *producerOf(Value value) {
  while (true) {
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      auto kernel = dyn_cast<ir::KernelOp>(argument.getOwner()->getParentOp());
      if (!kernel)
        return nullptr;
      value = kernel.getInputs()[argument.getArgNumber()];
    } else if (auto kernel = value.getDefiningOp<ir::KernelOp>()) {
      value = kernel.getBody().front().getTerminator()->getOperand(cast<OpResult>(value).getResultNumber());
    } else {
      return value.getDefiningOp();
    }
  }
}

void forEachReader(Value value, llvm::function_ref<void(Operation *)> visit) {
  for (OpOperand &use : value.getUses()) {
    Operation *owner = use.getOwner();
    if (auto kernel = dyn_cast<ir::KernelOp>(owner))
      forEachReader(kernel.getBody().getArgument(use.getOperandNumber()), visit);
    else if (auto kernel = dyn_cast<ir::KernelOp>(owner->getParentOp());
             kernel && owner->hasTrait<OpTrait::IsTerminator>())
      forEachReader(kernel->getResult(use.getOperandNumber()), visit);
    else
      visit(owner);
  }
}

/// A product of two values that the model computes, as attention takes it; a layer multiplies by weights.
bool isProductOfValues(Operation *op) {
  return isa<ir::MatmulOp>(op) && llvm::none_of(op->getOperands(), [](Value operand) {
           Operation *producer = producerOf(operand);
           return producer && isa<ir::GetWeightOp, ir::ConstantOp>(producer);
         });
}

/// Whether values may pass through `op` between the products of an attention: scales, masks, other layouts.
bool passesThrough(Operation *op) {
  return isa<ir::MapOp, ir::ReshapeOp, ir::TransposeOp, ir::ExpandOp, ir::SliceOp, ir::ConcatOp>(op);
}

/// Whether a product of values is reached from `start` over operations that values pass through.
bool reachesProduct(Operation *start,
                    llvm::function_ref<void(Operation *, llvm::function_ref<void(Operation *)>)> next) {
  llvm::SmallSetVector<Operation *, 16> seen;
  seen.insert(start);
  bool found = false;
  for (size_t i = 0; i < seen.size() && !found; ++i)
    next(seen[i], [&](Operation *op) {
      found |= isProductOfValues(op);
      if (passesThrough(op))
        seen.insert(op);
    });
  return found;
}

bool isAttention(ir::SoftmaxOp softmax) {
  auto back = [](Operation *op, llvm::function_ref<void(Operation *)> visit) {
    for (Value operand : op->getOperands())
      if (Operation *producer = producerOf(operand))
        visit(producer);
  };
  auto forth = [](Operation *op, llvm::function_ref<void(Operation *)> visit) {
    for (Value result : op->getResults())
      forEachReader(result, visit);
  };
  return reachesProduct(softmax, back) && reachesProduct(softmax, forth);
}

/// x * sigmoid(x), or nothing. `scaled` tells whether the sigmoid's argument is a multiple of x.
bool isSigmoidGate(arith::DivFOp sigmoid, bool &scaled) {
  auto sum = sigmoid.getRhs().getDefiningOp<arith::AddFOp>();
  if (!sum)
    return false;
  auto exp = sum.getLhs().getDefiningOp<math::ExpOp>();
  exp = exp ? exp : sum.getRhs().getDefiningOp<math::ExpOp>();
  auto negated = exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
  if (!negated)
    return false;
  Value argument = negated.getOperand();
  auto product = argument.getDefiningOp<arith::MulFOp>();
  for (Operation *user : sigmoid.getResult().getUsers()) {
    if (!isa<arith::MulFOp>(user))
      continue;
    for (Value factor : user->getOperands()) {
      scaled = product && llvm::is_contained(product->getOperands(), factor);
      if (scaled || factor == argument)
        return true;
    }
  }
  return false;
}

llvm::StringRef kindOf(Operation *op) {
  if (auto softmax = dyn_cast<ir::SoftmaxOp>(op); softmax && isAttention(softmax))
    return "attention";
  if (auto anchor = dyn_cast<ir::AnchorInterface>(op))
    return anchor.getTitle();
  if (auto gelu = dyn_cast<ir::GeluOp>(op))
    return gelu.getKind() == ir::GeluKind::Erf ? "gelu (erf)" : "gelu (tanh)";
  bool scaled = false;
  if (auto quotient = dyn_cast<arith::DivFOp>(op))
    return !isSigmoidGate(quotient, scaled) ? "" : scaled ? "gelu (quick)" : "silu";
  return "";
}

} // namespace

Recognised recognise(func::FuncOp function) {
  Recognised counts;
  for (llvm::StringRef first : {"attention", "layer norm", "rms norm", "gelu (erf)", "gelu (tanh)", "gelu (quick)",
                                "silu", "convolution", "softmax", "matrix product"})
    counts[first] = 0; // the order in which they are told
  function.walk([&](Operation *op) {
    if (llvm::StringRef kind = kindOf(op); !kind.empty())
      ++counts[kind];
  });
  counts.remove_if([](const auto &entry) { return entry.second == 0; });
  return counts;
}

std::string recognisedText(const Recognised &recognised) {
  return llvm::join(
      llvm::map_range(recognised,
                      [](const auto &entry) { return (llvm::Twine(entry.second) + " " + entry.first).str(); }),
      ", ");
}

} // namespace llmc::pipeline
