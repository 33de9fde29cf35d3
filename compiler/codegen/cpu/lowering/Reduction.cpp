// Reductions. Along the last axis a row is reduced by vector accumulators, one lane's values in order, then halves of
// lanes by each other; otherwise vectors run along the last axis and the reduced axes one element after the other.
// Either order is fixed.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// A reduction whose region is `combine(acc, f(x))`: lanes can be reduced apart, each from the identity on.
struct LaneReduction {
  Operation *combine;
  TypedAttr identity;
};

TypedAttr identityOf(Operation *combine, Type type) {
  Builder builder(type.getContext());
  if (auto floats = dyn_cast<FloatType>(type)) {
    const llvm::fltSemantics &semantics = floats.getFloatSemantics();
    if (isa<arith::AddFOp>(combine))
      return builder.getFloatAttr(type, 0.0);
    if (isa<arith::MulFOp>(combine))
      return builder.getFloatAttr(type, 1.0);
    if (isa<arith::MaximumFOp, arith::MaxNumFOp>(combine))
      return builder.getFloatAttr(type, llvm::APFloat::getInf(semantics, /*Negative=*/true));
    if (isa<arith::MinimumFOp, arith::MinNumFOp>(combine))
      return builder.getFloatAttr(type, llvm::APFloat::getInf(semantics));
    return {};
  }
  unsigned width = type.getIntOrFloatBitWidth();
  if (isa<arith::AddIOp, arith::OrIOp, arith::XOrIOp, arith::MaxUIOp>(combine))
    return builder.getIntegerAttr(type, 0);
  if (isa<arith::MulIOp>(combine))
    return builder.getIntegerAttr(type, 1);
  if (isa<arith::AndIOp, arith::MinUIOp>(combine))
    return builder.getIntegerAttr(type, llvm::APInt::getAllOnes(width));
  if (isa<arith::MaxSIOp>(combine))
    return builder.getIntegerAttr(type, llvm::APInt::getSignedMinValue(width));
  if (isa<arith::MinSIOp>(combine))
    return builder.getIntegerAttr(type, llvm::APInt::getSignedMaxValue(width));
  return {};
}

std::optional<LaneReduction> matchLaneReduction(ir::ReduceOp op) {
  Block &block = op.getBody().front();
  Operation *combine = block.getTerminator()->getOperand(0).getDefiningOp();
  Value soFar = block.getArgument(0);
  if (!combine || combine->getNumOperands() != 2 || !soFar.hasOneUse() || *soFar.getUsers().begin() != combine)
    return std::nullopt;
  TypedAttr identity = identityOf(combine, computeType(soFar.getType()));
  return identity ? std::optional<LaneReduction>({combine, identity}) : std::nullopt;
}

TypedAttr computeInit(ir::ReduceOp op) {
  Type type = op.getInit().getType();
  if (computeType(type) == type)
    return op.getInit();
  return FloatAttr::get(computeType(type), cast<FloatAttr>(op.getInit()).getValueAsDouble());
}

class ReduceLowering {
public:
  ReduceLowering(KernelFrame &frame, ir::ReduceOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getInput())), axes(op.getAxes()),
        alongRow(llvm::is_contained(op.getAxes(), static_cast<int64_t>(dims.size()) - 1)) {}

  ir::DimExpr lower() {
    ir::DimVector result = frame.dims(op.getResult());
    ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(result).drop_back(result.empty() ? 0 : 1);
    ir::DimExpr cost = 1;
    for (int64_t axis : axes)
      cost = cost * dims[axis];
    return rowLoop(frame, ir::product(outer), rowsPerTask(cost), [&](OpBuilder &builder, Value row) {
      Position position = delinearize(frame, builder, row, outer);
      if (dims.empty() || alongRow)
        reduceRow(builder, position);
      else
        reduceColumns(builder, position, result.back());
    });
  }

private:
  /// Loops over the reduced axes but the last of the tensor, then `innermost`.
  SmallVector<Value> overAxes(OpBuilder &builder, ArrayRef<int64_t> rest, Position position, ValueRange carried,
                              function_ref<SmallVector<Value>(OpBuilder &, Position, ValueRange)> innermost) {
    if (rest.empty())
      return innermost(builder, position, carried);
    return forLoop(builder, loc, frame.constant(0), frame.size(dims[rest.front()]), 1, carried,
                   [&](OpBuilder &inner, Value index, ValueRange now) {
                     Position at = position;
                     at[rest.front()] = {index};
                     return overAxes(inner, rest.drop_front(), at, now, innermost);
                   });
  }

  Value step(OpBuilder &builder, Value soFar, Value element, int64_t lanes) {
    return inlineScalarRegion(builder, op.getBody(), {soFar, element}, lanes).front();
  }

  void finish(OpBuilder &builder, Value value, const Position &position, int64_t lanes, Value mask) {
    ElementEmitter emitter(frame, builder, lanes, mask);
    emitter.bind(op.getResult(), position, value);
    emitter.storeResults(position);
  }

  void reduceRow(OpBuilder &builder, Position position) {
    auto lane = matchLaneReduction(op);
    int64_t lanes = lane ? frame.target().lanes() : 1;
    Value init = arith::ConstantOp::create(builder, loc, computeInit(op));
    Value first = init;
    if (lane && lanes > 1)
      first = splat(builder, loc, arith::ConstantOp::create(builder, loc, lane->identity), lanes);
    if (!dims.empty())
      position.push_back({frame.constant(0)});
    ArrayRef<int64_t> leading = dims.empty() ? axes : axes.drop_back();
    auto innermost = [&](OpBuilder &inner, Position at, ValueRange carried) {
      if (dims.empty())
        return SmallVector<Value>{step(inner, carried[0], ElementEmitter(frame, inner).emit(op.getInput(), {}), 1)};
      return vectorLoop(frame, inner, dims.back(), lanes, carried,
                        [&](OpBuilder &body, Value start, Value mask, ValueRange now) {
                          ElementEmitter emitter(frame, body, lanes, mask);
                          at.back() = {start, lanes > 1 ? 1 : 0};
                          Value next = step(body, now[0], emitter.emit(op.getInput(), at), lanes);
                          if (mask)
                            next = arith::SelectOp::create(body, loc, mask, next, now[0]);
                          return SmallVector<Value>{next};
                        });
    };
    Value sum = overAxes(builder, leading, position, {first}, innermost).front();
    if (lanes > 1)
      sum = reduceLanes(builder, *lane, init, sum, lanes);
    finish(builder, sum, position, 1, {});
  }

  Value reduceLanes(OpBuilder &builder, const LaneReduction &lane, Value init, Value sums, int64_t lanes) {
    auto combine = [&](Value a, Value b) {
      OperationState state(loc, lane.combine->getName(), {a, b}, {a.getType()}, lane.combine->getAttrs());
      state.propertiesAttr = lane.combine->getPropertiesAsAttribute();
      return builder.create(state)->getResult(0);
    };
    for (int64_t half = lanes / 2; half > 0; half /= 2) {
      auto part = [&](int64_t first) {
        return vector::ExtractStridedSliceOp::create(builder, loc, sums, first, half, int64_t(1)).getResult();
      };
      sums = combine(part(0), part(half));
    }
    return combine(init, vector::ExtractOp::create(builder, loc, sums, int64_t(0)));
  }

  void reduceColumns(OpBuilder &builder, const Position &position, const ir::DimExpr &columns) {
    int64_t lanes = frame.target().lanes();
    vectorLoop(frame, builder, columns, lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
      Position at = position;
      at.push_back({start, 1});
      Value init = splat(inner, loc, arith::ConstantOp::create(inner, loc, computeInit(op)), lanes);
      Value sum = overAxes(inner, axes, at, {init}, [&](OpBuilder &body, Position here, ValueRange now) {
                    ElementEmitter emitter(frame, body, lanes, mask);
                    Value element = emitter.broadcastToLanes(emitter.emit(op.getInput(), here));
                    return SmallVector<Value>{step(body, now[0], element, lanes)};
                  }).front();
      finish(inner, sum, at, lanes, mask);
      return SmallVector<Value>();
    });
  }

  KernelFrame &frame;
  ir::ReduceOp op;
  Location loc;
  ir::DimVector dims;
  ArrayRef<int64_t> axes;
  bool alongRow;
};

} // namespace

static ir::DimExpr lowerReduce(KernelFrame &frame, ir::ReduceOp op) { return ReduceLowering(frame, op).lower(); }

/// One element after the other: the index of the best so far travels along.
static ir::DimExpr lowerArgReduce(KernelFrame &frame, ir::ArgReduceOp op) {
  Location loc = frame.loc();
  ir::DimVector dims = frame.dims(op.getInput()), result = frame.dims(op.getResult());
  size_t axis = op.getAxis();
  return rowLoop(frame, ir::product(result), rowsPerTask(dims[axis]), [&](OpBuilder &builder, Value row) {
    Position position = delinearize(frame, builder, row, result);
    Position at = position;
    at[axis] = {frame.constant(0)};
    Value best = ElementEmitter(frame, builder).emit(op.getInput(), at), none = frame.constant(0);
    auto better = [&](OpBuilder &inner, Value candidate, Value now) -> Value {
      bool orEqual = op.getLast();
      if (isa<IntegerType>(candidate.getType())) {
        auto predicate = op.getSmallest() ? (orEqual ? arith::CmpIPredicate::sle : arith::CmpIPredicate::slt)
                                          : (orEqual ? arith::CmpIPredicate::sge : arith::CmpIPredicate::sgt);
        return arith::CmpIOp::create(inner, loc, predicate, candidate, now);
      }
      auto predicate = op.getSmallest() ? (orEqual ? arith::CmpFPredicate::OLE : arith::CmpFPredicate::OLT)
                                        : (orEqual ? arith::CmpFPredicate::OGE : arith::CmpFPredicate::OGT);
      Value wins = arith::CmpFOp::create(inner, loc, predicate, candidate, now);
      Value isNan = arith::CmpFOp::create(inner, loc, arith::CmpFPredicate::UNO, candidate, candidate);
      if (!orEqual) { // the first NaN wins
        Value wasNumber = arith::CmpFOp::create(inner, loc, arith::CmpFPredicate::ORD, now, now);
        isNan = arith::AndIOp::create(inner, loc, isNan, wasNumber);
      }
      return arith::OrIOp::create(inner, loc, wins, isNan);
    };
    SmallVector<Value> found =
        forLoop(builder, loc, frame.constant(1), frame.size(dims[axis]), 1, {best, none},
                [&](OpBuilder &inner, Value index, ValueRange now) {
                  at[axis] = {index};
                  Value candidate = ElementEmitter(frame, inner).emit(op.getInput(), at);
                  Value wins = better(inner, candidate, now[0]);
                  return SmallVector<Value>{arith::SelectOp::create(inner, loc, wins, candidate, now[0]),
                                            arith::SelectOp::create(inner, loc, wins, index, now[1])};
                });
    ElementEmitter emitter(frame, builder);
    emitter.bind(op.getResult(), position, arith::IndexCastOp::create(builder, loc, builder.getI64Type(), found[1]));
    emitter.storeResults(position);
  });
}

LLMC_LOWERS(ir::ReduceOp, lowerReduce)
LLMC_LOWERS(ir::ArgReduceOp, lowerArgReduce)

} // namespace llmc::codegen::cpu
