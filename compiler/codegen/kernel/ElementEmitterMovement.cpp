// Movement as index arithmetic: where an element of the result lies in the operand.
#include "compiler/codegen/kernel/ElementEmitter.h"
#include "compiler/codegen/kernel/Failure.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "compiler/ir/ClassDispatch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen {

template <> Value ElementEmitter::emitMoved(ir::TransposeOp op, const Position &position) {
  Position source(position.size(), Index());
  for (auto [axis, from] : llvm::enumerate(op.getPerm()))
    source[from] = position[axis];
  return emit(op.getInput(), source);
}

/// Axes of both shapes are walked side by side, in groups with equal numbers of elements: a group of one axis on each
/// side passes through, a split or a merge costs arithmetic only within its group.
template <> Value ElementEmitter::emitMoved(ir::ReshapeOp op, const Position &position) {
  ir::DimVector from = frame.dims(op.getInput()), to = frame.dims(op.getResult());
  Position source(from.size(), Index());
  size_t i = 0, j = 0;
  while (i < from.size() || j < to.size()) {
    size_t firstFrom = i, firstTo = j;
    ir::DimExpr fromSize = 1, toSize = 1;
    if (i < from.size())
      fromSize = from[i++];
    if (j < to.size())
      toSize = to[j++];
    while (fromSize != toSize && (i < from.size() || j < to.size())) {
      // Grow the side that is known to be smaller; in doubt the one with more axes left.
      bool growFrom =
          j >= to.size() ||
          (i < from.size() && ((toSize - fromSize).least() > 0 || (fromSize.isConstant(1) && !from[i].isConstant(1)) ||
                               ((fromSize - toSize).least() <= 0 && from.size() - i > to.size() - j)));
      if (growFrom)
        fromSize = fromSize * from[i++];
      else
        toSize = toSize * to[j++];
    }
    Index linear = linearize(ir::DimVector(to.begin() + firstTo, to.begin() + j),
                             Position(position.begin() + firstTo, position.begin() + j));
    // The outermost axis of a group takes what is left; the others a remainder each.
    for (size_t axis = i; axis-- > firstFrom;) {
      bool outermost = llvm::all_of(llvm::seq(firstFrom, axis), [&](size_t k) { return from[k].isConstant(1); });
      if (from[axis].isConstant(1)) {
        source[axis] = uniform(0);
      } else if (outermost) {
        source[axis] = linear;
      } else {
        source[axis] = remainder(linear, from[axis]);
        linear = divide(linear, from[axis]);
      }
    }
  }
  return emit(op.getInput(), source);
}

template <> Value ElementEmitter::emitMoved(ir::SliceOp op, const Position &position) {
  Position source;
  auto dynamic = op.getOffsets().begin();
  for (auto [axis, offset] : llvm::enumerate(op.getStaticOffsets())) {
    Index first = ShapedType::isDynamic(offset) ? Index{frame.size(frame.value(*dynamic++))} : uniform(offset);
    Index step = multiply(position[axis], frame.constant(op.getSteps()[axis]));
    source.push_back(add(step, first));
  }
  return emit(op.getInput(), source);
}

template <> Value ElementEmitter::emitMoved(ir::ExpandOp op, const Position &position) {
  return emit(op.getInput(), broadcastPosition(op.getInput(), frame.dims(op.getResult()), position));
}

Value ElementEmitter::emitWhere(Value condition, Type elementType, function_ref<Value()> value) {
  Type type = computeType(elementType);
  if (lanes > 1)
    type = VectorType::get({lanes}, type);
  Value outer = mask, any = condition;
  if (isa<VectorType>(condition.getType())) {
    mask = outer ? arith::AndIOp::create(builder, loc, outer, condition).getResult() : condition;
    any = vector::ReductionOp::create(builder, loc, vector::CombiningKind::OR, mask);
  }
  auto branch = scf::IfOp::create(builder, loc, TypeRange{type}, any, /*withElseRegion=*/true);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    Value inside = broadcastToLanes(value());
    if (any != condition)
      inside = arith::SelectOp::create(builder, loc, condition, inside, zero(computeType(elementType), true));
    scf::YieldOp::create(builder, loc, inside);
    builder.setInsertionPointToStart(branch.elseBlock());
    scf::YieldOp::create(builder, loc, zero(computeType(elementType), lanes > 1));
  }
  mask = outer;
  return branch.getResult(0);
}

/// Each operand is read where the position falls into it; exactly one does.
template <> Value ElementEmitter::emitMoved(ir::ConcatOp op, const Position &position) {
  size_t axis = op.getAxis();
  Type element = getElementTypeOrSelf(op.getResult());
  ir::DimExpr first = 0;
  Value result;
  for (Value input : op.getInputs()) {
    ir::DimExpr end = first + frame.dims(input)[axis];
    Value inside = inRange(position[axis], frame.size(first), frame.size(end));
    Value part = emitWhere(inside, element, [&] {
      Position source = position;
      source[axis] = add(position[axis], {frame.size(ir::DimExpr(0) - first)});
      return emit(input, source);
    });
    if (result && isa<VectorType>(part.getType()) && !isa<VectorType>(inside.getType()))
      inside = lanesOf(inside);
    result = result ? arith::SelectOp::create(builder, loc, inside, part, result).getResult() : part;
    first = end;
  }
  return result;
}

template <> Value ElementEmitter::emitMoved(ir::PadOp op, const Position &position) {
  ir::DimVector dims = frame.dims(op.getInput());
  Position source;
  Value inside;
  auto dynamic = op.getLow().begin();
  for (auto [axis, low] : llvm::enumerate(op.getStaticLow())) {
    ir::DimExpr width = ShapedType::isDynamic(low) ? frame.value(*dynamic++) : ir::DimExpr(low);
    source.push_back(add(position[axis], {frame.size(ir::DimExpr(0) - width)}));
    if (width.isConstant(0) && frame.dims(op.getResult())[axis] == dims[axis])
      continue;
    inside = both(inside, inRange(source.back(), frame.constant(0), frame.size(dims[axis])));
  }
  if (!inside)
    return emit(op.getInput(), source);
  Value value = emitWhere(inside, getElementTypeOrSelf(op.getResult()), [&] { return emit(op.getInput(), source); });
  Value border = emit(op.getValue(), {});
  if (isa<VectorType>(value.getType())) {
    border = broadcastToLanes(border);
    inside = broadcastToLanes(inside);
  }
  return arith::SelectOp::create(builder, loc, inside, value, border);
}

Value ElementEmitter::emitIota(const Position &position) {
  Value index = position[0].isUniform() ? position[0].base : asVector(position[0]);
  Type type = builder.getI64Type();
  if (auto vector = dyn_cast<VectorType>(index.getType()))
    type = VectorType::get(vector.getShape(), type);
  return arith::IndexCastOp::create(builder, loc, type, index);
}

/// One formula is the value; of several the position picks one.
Value ElementEmitter::emitShape(ir::ShapeOp op, const Position &position) {
  Value result;
  for (auto [i, formula] : llvm::enumerate(op.getFormulas().getAsRange<StringAttr>())) {
    Value size = frame.size(frame.parse(formula.getValue()));
    Value here = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), size);
    if (!result) {
      result = here;
      continue;
    }
    Value at = position[0].isUniform() ? position[0].base : asVector(position[0]), number = frame.constant(i);
    if (!position[0].isUniform()) {
      number = lanesOf(number);
      here = lanesOf(here);
      result = broadcastToLanes(result);
    }
    Value isHere = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, at, number);
    result = arith::SelectOp::create(builder, loc, isHere, here, result);
  }
  return result;
}

Index ElementEmitter::checkedIndex(Value index, const ir::DimExpr &size, Operation *op) {
  Type type = builder.getIndexType();
  Value bound = frame.size(size), none = frame.constant(0);
  if (auto vector = dyn_cast<VectorType>(index.getType())) {
    type = VectorType::get(vector.getShape(), type);
    bound = lanesOf(bound);
    none = lanesOf(none);
  }
  Value given = arith::IndexCastOp::create(builder, loc, type, index);
  Value negative = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, given, none);
  Value wrapped =
      arith::SelectOp::create(builder, loc, negative, arith::AddIOp::create(builder, loc, given, bound), given);
  Value valid = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult, wrapped, bound);
  reportFailure(builder, frame, valid, given, bound, mask, op);
  return {arith::SelectOp::create(builder, loc, valid, wrapped, none)};
}

template <> Value ElementEmitter::emitMoved(ir::GatherOp op, const Position &position) {
  ir::DimVector data = frame.dims(op.getData());
  size_t axis = op.getAxis(), indexRank = cast<RankedTensorType>(op.getIndices().getType()).getRank();
  Position at(position.begin() + axis, position.begin() + axis + indexRank);
  Index picked = checkedIndex(emit(op.getIndices(), at), data[axis], op);
  Position source(position.begin(), position.begin() + axis);
  source.push_back(picked);
  source.append(position.begin() + axis + indexRank, position.end());
  // Nothing can be read from an axis without elements; the failure has been reported.
  if (data[axis].least() > 0)
    return emit(op.getData(), source);
  Value some =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, frame.size(data[axis]), frame.constant(0));
  return emitWhere(some, getElementTypeOrSelf(op.getData()), [&] { return emit(op.getData(), source); });
}

template <> Value ElementEmitter::emitMoved(ir::GatherNdOp op, const Position &position) {
  ir::DimVector data = frame.dims(op.getData());
  size_t batch = op.getBatchDims(), indexRank = cast<RankedTensorType>(op.getIndices().getType()).getRank();
  int64_t tuple = cast<RankedTensorType>(op.getIndices().getType()).getShape().back();
  Position source(position.begin(), position.begin() + batch);
  Value some;
  for (int64_t i = 0; i < tuple; ++i) {
    Position at(position.begin(), position.begin() + indexRank - 1);
    at.push_back(uniform(i));
    const ir::DimExpr &size = data[batch + i];
    source.push_back(checkedIndex(emit(op.getIndices(), at), size, op));
    if (size.least() > 0)
      continue;
    Value here = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, frame.size(size), frame.constant(0));
    some = some ? arith::AndIOp::create(builder, loc, some, here).getResult() : here;
  }
  source.append(position.begin() + indexRank - 1, position.end());
  if (!some)
    return emit(op.getData(), source);
  return emitWhere(some, getElementTypeOrSelf(op.getData()), [&] { return emit(op.getData(), source); });
}

/// [N, spatial.., C * window] at (n, s.., k): k names a channel and a place in the window.
template <> Value ElementEmitter::emitMoved(ir::UnfoldOp op, const Position &position) {
  ir::DimVector dims = frame.dims(op.getInput());
  size_t spatial = dims.size() - 2;
  Index rest = position.back();
  Position source(dims.size(), Index());
  Value inside;
  for (size_t i = spatial; i-- > 0;) {
    Index tap = remainder(rest, op.getWindow()[i]);
    rest = divide(rest, op.getWindow()[i]);
    Index at = add(multiply(position[1 + i], frame.constant(op.getStrides()[i])),
                   multiply(tap, frame.constant(op.getDilations()[i])));
    source[2 + i] = add(at, uniform(-op.getPadLow()[i]));
    if (op.getPadLow()[i] == 0 && op.getPadHigh()[i] == 0)
      continue;
    inside = both(inside, inRange(source[2 + i], frame.constant(0), frame.size(dims[2 + i])));
  }
  source[0] = position[0];
  source[1] = rest;
  if (!inside)
    return emit(op.getInput(), source);
  return emitWhere(inside, getElementTypeOrSelf(op.getInput()), [&] { return emit(op.getInput(), source); });
}

Value ElementEmitter::emitMovement(ir::MovementInterface op, const Position &position) {
  return ir::callWithClass<Value>(op, [&](auto moved) { return emitMoved(moved, position); });
}

} // namespace llmc::codegen
