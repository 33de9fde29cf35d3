// Builds operations that take a list of static and dynamic sizes.
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

template <typename OpT>
static Value createWithSizes(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims) {
  SmallVector<Value> sizes;
  SmallVector<int64_t> constants;
  for (const DimExpr &dim : dims) {
    constants.push_back(dim.constant().value_or(ShapedType::kDynamic));
    if (!dim.constant())
      sizes.push_back(SizeOp::create(builder, location, builder.getIndexType(), dim.text()));
  }
  auto type = RankedTensorType::get(constants, getElementTypeOrSelf(tensor));
  return OpT::create(builder, location, type, tensor, sizes, constants);
}

Value reshapeTo(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims) {
  return createWithSizes<ReshapeOp>(builder, location, tensor, dims);
}

Value expandTo(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims) {
  return createWithSizes<ExpandOp>(builder, location, tensor, dims);
}

} // namespace llmc::ir
