// Meaning is read off the operations alone, never off names: SiLU is the shape of a map's body.
#include "compiler/pipeline/Recognise.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::pipeline {
namespace {

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
