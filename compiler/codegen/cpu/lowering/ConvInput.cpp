// Fills the memory row by row, and says where taps are.
#include "compiler/codegen/cpu/lowering/ConvInput.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

/// Up to this stride all phases of a row are loaded at once, and taken apart in registers.
static constexpr int64_t kMostShuffled = 4;

/// From the first tap of a window to the last.
static ir::DimExpr reachOf(const ir::DimExpr &taps, int64_t dilation) {
  return taps.constant() == 0 ? ir::DimExpr(0) : ir::DimExpr::max((taps - 1) * dilation, 0);
}

ConvInput::ConvInput(KernelFrame &frame, ir::ConvOp op, Type element, int64_t lanes, const ConvBlock &block)
    : frame(frame), op(op), loc(frame.loc()), element(element), lanes(lanes), stride(op.getStrides().back()),
      dilation(op.getDilations().back()), input(frame.dims(op.getInput())) {
  ir::DimVector filter = frame.dims(op.getFilter());
  size_t spatial = input.size() - 2;
  channels = filter[1];
  ir::DimExpr reach = reachOf(filter.back(), dilation);
  phases = std::min(stride, reach.constant().value_or(stride) + 1);
  beyond = ir::DimExpr::floorDiv(reach, stride);
  pitch = (block.vectors + ir::DimExpr::ceilDiv(beyond, lanes)) * lanes;
  distances.assign(input.size(), 0);
  steps.assign(input.size(), 0);
  ir::DimExpr distance = pitch * phases;
  extents.assign(spatial, 1);
  for (size_t axis = spatial - 1; axis-- > 0;) {
    ir::DimExpr rows = axis + 2 == spatial ? block.rows : 1;
    extents[axis] = reachOf(filter[axis + 2], op.getDilations()[axis]) + (rows - 1) * op.getStrides()[axis] + 1;
    distances[axis + 2] = distance;
    steps[axis + 2] = distance * op.getDilations()[axis];
    distance = distance * extents[axis];
  }
  distances[1] = steps[1] = distance;
  memory = frame.scratch(distance * channels * ir::elementBytes(element));
}

void ConvInput::fill(OpBuilder &builder, Value batch, Value firstChannel, ArrayRef<Value> first, Value vectors) {
  origin.clear();
  for (auto [axis, place] : llvm::enumerate(first)) {
    Value start = arith::MulIOp::create(builder, loc, place, frame.constant(op.getStrides()[axis]));
    origin.push_back(offset(frame, builder, start, -op.getPadLow()[axis]));
  }
  Value columns = arith::MulIOp::create(builder, loc, vectors, frame.constant(lanes));
  columns = arith::AddIOp::create(builder, loc, columns, frame.size(beyond));
  vectorsOfRow = arith::CeilDivUIOp::create(builder, loc, columns, frame.constant(lanes));
  findWholeVectors(builder);
  forLoop(builder, loc, frame.constant(0), frame.size(channels), 1, {}, [&](OpBuilder &inner, Value c, ValueRange) {
    Value channel = arith::AddIOp::create(inner, loc, firstChannel, c);
    Value place = arith::MulIOp::create(inner, loc, c, frame.size(distances[1]));
    fillRows(inner, {{batch}, {channel}}, place, {});
    return SmallVector<Value>();
  });
}

void ConvInput::findWholeVectors(OpBuilder &builder) {
  Value none = frame.constant(0), step = frame.constant(lanes * stride);
  int64_t span = stride > kMostShuffled ? (lanes - 1) * stride + phases : lanes * stride;
  auto clamp = [&](Value value) -> Value {
    return arith::MinSIOp::create(builder, loc, arith::MaxSIOp::create(builder, loc, value, none), vectorsOfRow);
  };
  Value before = arith::SubIOp::create(builder, loc, none, origin.back());
  firstWhole = clamp(arith::CeilDivSIOp::create(builder, loc, before, step));
  Value room = arith::SubIOp::create(builder, loc, frame.size(input.back() + (lanes * stride - span)), origin.back());
  Value end = clamp(arith::FloorDivSIOp::create(builder, loc, room, step));
  wholeVectors = arith::SubIOp::create(builder, loc, arith::MaxSIOp::create(builder, loc, end, firstWhole), firstWhole);
}

void ConvInput::fillRows(OpBuilder &builder, Source source, Value place, Value inside) {
  size_t axis = source.size();
  if (axis + 1 == input.size())
    return fillRow(builder, source, place, inside);
  forLoop(builder, loc, frame.constant(0), frame.size(extents[axis - 2]), 1, {},
          [&](OpBuilder &inner, Value row, ValueRange) {
            Value at = arith::AddIOp::create(inner, loc, origin[axis - 2], row);
            // As unsigned numbers, places before the input lie far beyond it.
            Value here = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::ult, at, frame.size(input[axis]));
            Value all = inside ? arith::AndIOp::create(inner, loc, inside, here).getResult() : here;
            Value step = arith::MulIOp::create(inner, loc, row, frame.size(distances[axis]));
            Source next = source;
            next.push_back({at});
            fillRows(inner, next, arith::AddIOp::create(inner, loc, place, step), all);
            return SmallVector<Value>();
          });
}

void ConvInput::fillRow(OpBuilder &builder, const Source &source, Value place, Value inside) {
  auto forVectors = [&](OpBuilder &outer, function_ref<void(OpBuilder &, Value vector, Value to)> body) {
    forLoop(outer, loc, frame.constant(0), vectorsOfRow, 1, {}, [&](OpBuilder &inner, Value vector, ValueRange) {
      Value column = arith::MulIOp::create(inner, loc, vector, frame.constant(lanes));
      body(inner, vector, arith::AddIOp::create(inner, loc, place, column));
      return SmallVector<Value>();
    });
  };
  auto copy = [&](OpBuilder &inner, Value vector, Value to) {
    Value start = arith::MulIOp::create(inner, loc, vector, frame.constant(lanes * stride));
    start = arith::AddIOp::create(inner, loc, origin.back(), start);
    Value number = arith::SubIOp::create(inner, loc, vector, firstWhole);
    // As unsigned numbers, those before the first lie far beyond the last.
    Value isWhole = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::ult, number, wholeVectors);
    auto branch = scf::IfOp::create(inner, loc, isWhole, /*withElseRegion=*/true);
    OpBuilder whole = OpBuilder::atBlockBegin(branch.thenBlock()), part = OpBuilder::atBlockBegin(branch.elseBlock());
    copyVectors(whole, source, start, to, /*isWhole=*/true);
    copyVectors(part, source, start, to, /*isWhole=*/false);
  };
  if (!inside)
    return forVectors(builder, copy);
  auto branch = scf::IfOp::create(builder, loc, inside, /*withElseRegion=*/true);
  OpBuilder row = OpBuilder::atBlockBegin(branch.thenBlock()), none = OpBuilder::atBlockBegin(branch.elseBlock());
  forVectors(row, copy);
  forVectors(none, [&](OpBuilder &inner, Value, Value to) {
    auto type = VectorType::get({lanes}, element);
    Value zero = arith::ConstantOp::create(inner, loc, inner.getZeroAttr(type));
    for (int64_t phase = 0; phase < phases; ++phase)
      store(inner, to, phase, zero);
  });
}

void ConvInput::copyVectors(OpBuilder &builder, const Source &source, Value start, Value place, bool isWhole) {
  if (stride > kMostShuffled) {
    for (int64_t phase = 0; phase < phases; ++phase)
      store(builder, place, phase, read(builder, source, offset(frame, builder, start, phase), lanes, stride, isWhole));
    return;
  }
  Value all = read(builder, source, start, lanes * stride, 1, isWhole);
  for (int64_t phase = 0; phase < phases; ++phase) {
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < lanes; ++lane)
      picks.push_back(lane * stride + phase);
    store(builder, place, phase, stride == 1 ? all : vector::ShuffleOp::create(builder, loc, all, all, picks));
  }
}

Value ConvInput::read(OpBuilder &builder, Source source, Value start, int64_t count, int64_t step, bool isWhole) {
  source.push_back({start, step});
  auto emit = [&](Value mask) {
    ElementEmitter emitter(frame, builder, count, mask);
    return emitter.broadcastToLanes(emitter.emit(op.getInput(), source));
  };
  if (isWhole)
    return emit({});
  auto lanesBefore = [&](Value place) {
    Value none = frame.constant(0), most = frame.constant((count - 1) * step + 1);
    Value elements = arith::SubIOp::create(builder, loc, place, start);
    elements = arith::MinSIOp::create(builder, loc, arith::MaxSIOp::create(builder, loc, elements, none), most);
    return lanesBelow(builder, loc, arith::CeilDivUIOp::create(builder, loc, elements, frame.constant(step)), count);
  };
  Value mask =
      arith::XOrIOp::create(builder, loc, lanesBefore(frame.constant(0)), lanesBefore(frame.size(input.back())));
  Value elements = emit(mask); // what all lanes share is not masked
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(elements.getType()));
  return arith::SelectOp::create(builder, loc, mask, elements, zero);
}

void ConvInput::store(OpBuilder &builder, Value place, int64_t phase, Value vector) {
  Value to = arith::AddIOp::create(builder, loc, place, frame.size(pitch * phase));
  ElementEmitter(frame, builder, lanes).storeAt(memory, element, {to, 1}, vector);
}

Value ConvInput::placeOf(OpBuilder &builder, Value row, Value vector) {
  size_t axis = input.size() - 2;
  Value place = arith::MulIOp::create(builder, loc, vector, frame.constant(lanes));
  if (axis < 2)
    return place;
  Value step = frame.size(distances[axis] * op.getStrides()[axis - 2]);
  return arith::AddIOp::create(builder, loc, place, arith::MulIOp::create(builder, loc, row, step));
}

Value ConvInput::load(OpBuilder &builder, Value place, Value tap) {
  Value shift = arith::MulIOp::create(builder, loc, tap, frame.constant(dilation));
  if (stride > 1) {
    Value phase = arith::RemUIOp::create(builder, loc, shift, frame.constant(stride));
    Value row = arith::MulIOp::create(builder, loc, phase, frame.size(pitch));
    shift = arith::DivUIOp::create(builder, loc, shift, frame.constant(stride));
    shift = arith::AddIOp::create(builder, loc, shift, row);
  }
  Value at = arith::AddIOp::create(builder, loc, place, shift);
  return ElementEmitter(frame, builder, lanes).loadAt(memory, element, {at, 1});
}

} // namespace llmc::codegen::cpu
