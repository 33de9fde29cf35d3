#include "compiler/passes/quantization/Candidates.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Switches.h"
#include "compiler/ir/WindowProducts.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

std::vector<Candidate> candidatesOf(func::FuncOp function, NodeRules<Wanted> &rules) {
  std::vector<Candidate> candidates;
  auto add = [&](Operation *op, ir::GetWeightOp weight, llvm::function_ref<bool(ProductType)> takes) {
    if (op->hasAttr(ir::kKept))
      return;
    if (const Wanted *wanted = rules.find(ir::nodesOf(op->getLoc())); wanted && takes(wanted->type))
      candidates.push_back({op, *wanted, weight});
  };
  auto isNarrower = [](ProductType type) { return type != ProductType::Float; };
  for (auto [product, weight] : productsOfWeights(function))
    add(product, weight, isNarrower);
  function.walk([&](ir::AttentionOp op) { // both of its products may be of bf16
    bool isWide = getElementTypeOrSelf(op.getQuery()).isF32();
    add(op, {}, [&](ProductType type) { return isWide && type == ProductType::BFloat16; });
  });
  function.walk([&](ir::ConvOp op) { // others stay, and a rule for them names nobody
    auto weight = op.getFilter().getDefiningOp<ir::GetWeightOp>();
    const Wanted *wanted = rules.peek(ir::nodesOf(op->getLoc()));
    if (weight && ir::isProductOfWindows(op) && wanted && wanted->type == ProductType::BFloat16)
      add(op, weight, isNarrower);
  });
  function.walk([&](ir::GatherOp op) {
    if (auto weight = op.getData().getDefiningOp<ir::GetWeightOp>())
      add(op, weight, isNarrower);
  });
  return candidates;
}

} // namespace llmc::passes
