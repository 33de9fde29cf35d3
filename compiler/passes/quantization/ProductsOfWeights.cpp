#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/Reshaping.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace llmc::passes {

static bool fits(RankedTensorType weight) {
  auto mostDepth = static_cast<int64_t>(std::numeric_limits<int32_t>::max() / (kMostByte * kLift));
  return ir::widensToF32(weight.getElementType()) && weight.getRank() == 2 && weight.getNumElements() > 0 &&
         weight.getDimSize(0) <= mostDepth;
}

std::vector<ProductOfWeight> productsOfWeights(func::FuncOp function) {
  std::vector<ProductOfWeight> products;
  function.walk([&](ir::MatmulOp product) {
    auto weight = product.getRhs().getDefiningOp<ir::GetWeightOp>();
    if (weight && fits(cast<RankedTensorType>(weight.getType())))
      products.push_back({product, weight});
  });
  return products;
}

std::vector<SharedLeft> sharedLefts(func::FuncOp function) {
  struct Use {
    ir::GetWeightOp weight;
    llvm::SetVector<Value> lefts;
  };
  llvm::MapVector<StringRef, Use> uses;
  for (auto [product, weight] : productsOfWeights(function))
    if (product->getBlock() == &function.getBody().front()) {
      Use &use = uses[weight.getWeight()];
      use.weight = weight;
      use.lefts.insert(product.getLhs());
    }
  std::vector<SharedLeft> shared;
  for (auto &[name, use] : uses) {
    SmallVector<Value, 0> lefts = use.lefts.takeVector();
    auto same = llvm::find_if(shared, [&](const SharedLeft &each) { return each.lefts == lefts; });
    if (same == shared.end())
      same = shared.insert(shared.end(), SharedLeft{std::move(lefts), {}});
    same->weights.push_back(use.weight);
  }
  return shared;
}

Value asRows(OpBuilder &builder, Value left, ir::DimAnalysis &dims) {
  ir::DimVector sizes = dims.dims(left);
  if (sizes.size() == 2)
    return left;
  return ir::reshapeTo(builder, left.getLoc(), left,
                       {ir::product(ArrayRef<ir::DimExpr>(sizes).drop_back()), sizes.back()});
}

Value likeProduct(OpBuilder &builder, ir::MatmulOp op, Value rows, ir::DimAnalysis &dims) {
  ir::DimVector sizes = dims.dims(op.getResult());
  return sizes.size() == 2 ? rows : ir::reshapeTo(builder, op.getLoc(), rows, sizes);
}

} // namespace llmc::passes
