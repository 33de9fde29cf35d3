// Constants and weights lose elements by a gather, which becomes a recipe. All that is computed from them only has
// other sizes: its operations stay.
#include "compiler/passes/pruning/CutGroups.h"
#include "compiler/ir/Reshaping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::passes {

static ir::DimVector staticDims(Value tensor) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(tensor.getType()).getShape();
  return ir::DimVector(shape.begin(), shape.end());
}

Value splitGroups(OpBuilder &builder, Location loc, Value tensor, const GroupedAxis &at, int64_t groups) {
  ir::DimVector dims = staticDims(tensor);
  dims[at.axis] = at.inner;
  dims.insert(dims.begin() + at.axis, {ir::DimExpr(at.outer), ir::DimExpr(groups)});
  return ir::reshapeTo(builder, loc, tensor, dims);
}

static Value gathered(OpBuilder &builder, Location loc, Value tensor, const GroupedAxis &at, int64_t groups,
                      Value left) {
  if (at.outer == 1 && at.inner == 1)
    return ir::GatherOp::create(builder, loc, tensor, left, at.axis);
  ir::DimVector dims = staticDims(tensor);
  Value split = splitGroups(builder, loc, tensor, at, groups);
  Value some = ir::GatherOp::create(builder, loc, split, left, at.axis + 1);
  dims[at.axis] = at.size(cast<RankedTensorType>(left.getType()).getDimSize(0));
  return ir::reshapeTo(builder, loc, some, dims);
}

static SmallVector<int64_t> withSize(ArrayRef<int64_t> sizes, int64_t axis, int64_t size) {
  SmallVector<int64_t> changed(sizes);
  changed[axis] = size;
  return changed;
}

/// The sizes that an operation gives its result by attributes.
static void setSizes(Operation *op, const GroupedAxis &at, int64_t groups, int64_t left) {
  int64_t size = at.size(left);
  TypeSwitch<Operation *>(op)
      .Case<ir::ReshapeOp, ir::ExpandOp>(
          [&](auto sized) { sized.setStaticSizes(withSize(sized.getStaticSizes(), at.axis, size)); })
      .Case([&](ir::SliceOp slice) {
        int64_t before = slice.getStaticOffsets()[at.axis] / groups * left;
        slice.setStaticOffsets(withSize(slice.getStaticOffsets(), at.axis, before));
        slice.setStaticSizes(withSize(slice.getStaticSizes(), at.axis, size));
      });
}

/// Indices of the elements of these groups, of `inner` each.
static Value elementsOf(OpBuilder &builder, Location loc, Value left, int64_t inner) {
  int64_t count = cast<RankedTensorType>(left.getType()).getDimSize(0);
  if (inner == 1)
    return left;
  Value first = ir::reshapeTo(builder, loc, left, {count, 1});
  Value within = ir::IotaOp::create(builder, loc, RankedTensorType::get(inner, builder.getI64Type()), ValueRange(),
                                    builder.getDenseI64ArrayAttr(inner));
  Value all = ir::MapOp::create(builder, loc, {first, within}, [&](OpBuilder &at, Location, ValueRange x) -> Value {
    Value size = arith::ConstantIntOp::create(at, loc, at.getI64Type(), inner);
    return arith::AddIOp::create(at, loc, arith::MulIOp::create(at, loc, x[0], size), x[1]);
  });
  return ir::reshapeTo(builder, loc, all, {count * inner});
}

void cutGroups(const GroupedTensors &tensors, Value left, const SinkMoments &moments) {
  int64_t count = cast<RankedTensorType>(left.getType()).getDimSize(0);
  for (const KnownOperand &known : tensors.known) {
    Operation *reader = known.operand->getOwner();
    OpBuilder builder(reader);
    if (Value ofLeftSide = moments.read(builder, known)) {
      Value rows = elementsOf(builder, reader->getLoc(), left, known.at.inner);
      known.operand->set(ir::RefitOp::create(builder, reader->getLoc(), known.operand->get(), ofLeftSide, rows));
      continue;
    }
    known.operand->set(gathered(builder, reader->getLoc(), known.operand->get(), known.at, tensors.groups, left));
  }
  for (auto &[tensor, at] : tensors.computed) {
    auto type = cast<RankedTensorType>(tensor.getType());
    Value(tensor).setType(type.clone(withSize(type.getShape(), at.axis, at.size(count))));
    setSizes(tensor.getDefiningOp(), at, tensors.groups, count);
  }
}

} // namespace llmc::passes
