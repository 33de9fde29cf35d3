// Builds operations that take a list of static and dynamic sizes.
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

namespace {
/// Formulas as operations take them.
struct MixedSizes {
  MixedSizes(OpBuilder &builder, Location location, ArrayRef<DimExpr> dims) {
    for (const DimExpr &dim : dims) {
      constants.push_back(dim.constant().value_or(ShapedType::kDynamic));
      if (!dim.constant())
        dynamic.push_back(SizeOp::create(builder, location, builder.getIndexType(), dim.text()));
    }
  }
  RankedTensorType typeFor(Value tensor) const {
    return RankedTensorType::get(constants, getElementTypeOrSelf(tensor));
  }

  SmallVector<Value> dynamic;
  SmallVector<int64_t> constants;
};
} // namespace

Value reshapeTo(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims) {
  MixedSizes sizes(builder, location, dims);
  return ReshapeOp::create(builder, location, sizes.typeFor(tensor), tensor, sizes.dynamic, sizes.constants);
}

Value expandTo(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims) {
  MixedSizes sizes(builder, location, dims);
  return ExpandOp::create(builder, location, sizes.typeFor(tensor), tensor, sizes.dynamic, sizes.constants);
}

Value transposeBy(OpBuilder &builder, Location location, Value tensor, ArrayRef<int64_t> perm) {
  return TransposeOp::create(builder, location, tensor, builder.getDenseI64ArrayAttr(perm));
}

Value sliceBy(OpBuilder &builder, Location location, Value tensor, ArrayRef<int64_t> offsets, ArrayRef<DimExpr> dims,
              ArrayRef<int64_t> steps) {
  MixedSizes sizes(builder, location, dims);
  return SliceOp::create(builder, location, sizes.typeFor(tensor), tensor, ValueRange(), sizes.dynamic, offsets,
                         sizes.constants, steps);
}

Value sliceAxis(OpBuilder &builder, Location location, Value tensor, ArrayRef<DimExpr> dims, int64_t axis,
                int64_t offset, int64_t size) {
  DimVector part(dims);
  part[axis] = size;
  SmallVector<int64_t> offsets(dims.size(), 0), steps(dims.size(), 1);
  offsets[axis] = offset;
  return sliceBy(builder, location, tensor, offsets, part, steps);
}

Value padBy(OpBuilder &builder, Location location, Value tensor, Value value, ArrayRef<int64_t> low,
            ArrayRef<int64_t> high) {
  return PadOp::create(builder, location, tensor, value, ValueRange(), ValueRange(), builder.getDenseI64ArrayAttr(low),
                       builder.getDenseI64ArrayAttr(high));
}

} // namespace llmc::ir
