#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "compiler/passes/quantization/FloatMath.h"

using namespace mlir;

namespace llmc::passes {

static bool fits(RankedTensorType weight) {
  auto mostDepth = static_cast<int64_t>(std::numeric_limits<int32_t>::max() / (kMostByte * kMostByte));
  return widensToF32(weight.getElementType()) && weight.getRank() == 2 && weight.getNumElements() > 0 &&
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

} // namespace llmc::passes
