// A block of keys is transposed on its way: a vector of scores then is the sum of the query's elements times vectors of
// the keys' elements.
#include "compiler/codegen/cpu/lowering/SingleQuery.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

constexpr int64_t kTile = 4; // vectors of values that are summed side by side

SingleQuery::SingleQuery(KernelFrame &frame, ir::AttentionOp op)
    : AttentionMath(frame, op), keys(frame, element, roundUp(depth, lanes), kKeys), weights(frame, element, 1, kKeys),
      result(frame, element, 1, roundUp(width, lanes)) {}

void SingleQuery::emit(OpBuilder &builder, const Position &batch, Value number) {
  position = batch;
  query = number;
  clearResult(builder);
  SmallVector<Value> carried = {splat(builder, -std::numeric_limits<double>::infinity()), splat(builder, 0.0)};
  carried = forLoop(builder, loc, frame.constant(0), frame.size(scoreDims.back()), kKeys, carried,
                    [&](OpBuilder &inner, Value start, ValueRange now) { return emitKeys(inner, start, now); });
  storeRow(builder, carried[1]);
}

void SingleQuery::clearResult(OpBuilder &builder) {
  forLoop(builder, loc, frame.constant(0), frame.size(width), lanes, {},
          [&](OpBuilder &inner, Value start, ValueRange) {
            result.store(inner, frame.constant(0), start, splat(inner, 0.0));
            return SmallVector<Value>();
          });
}

/// Carries the maximum of scores and the sum of weights, each in all lanes.
SmallVector<Value> SingleQuery::emitKeys(OpBuilder &builder, Value start, ValueRange now) {
  Value left = arith::SubIOp::create(builder, loc, frame.size(scoreDims.back()), start);
  Value count = arith::MinSIOp::create(builder, loc, left, frame.constant(kKeys));
  transposeKeys(builder, start, count);
  Value maximum = emitScores(builder, start, count, now[0]);
  Value shift = shiftOf(builder, maximum), correction = exponential(builder, now[0], shift);
  Value sum = emitWeights(builder, count, shift, arith::MulFOp::create(builder, loc, now[1], correction));
  addValues(builder, start, count, correction);
  return {maximum, sum};
}

/// Keys beyond the last are those of the last; nobody reads their scores.
void SingleQuery::transposeKeys(OpBuilder &builder, Value start, Value count) {
  Value last = arith::SubIOp::create(builder, loc, count, frame.constant(1));
  forLoop(builder, loc, frame.constant(0), count, lanes, {}, [&](OpBuilder &outer, Value group, ValueRange) {
    SmallVector<Value> numbers;
    for (int64_t lane = 0; lane < lanes; ++lane) {
      Value number = arith::MinSIOp::create(outer, loc, offset(outer, group, lane), last);
      numbers.push_back(arith::AddIOp::create(outer, loc, start, number));
    }
    transposeRows(outer, op.getKey(), position, numbers, keys, frame.constant(0), group);
    return SmallVector<Value>();
  });
}

/// What the region makes of the scores, where the weights will be. Gives their maximum with that of the keys before.
Value SingleQuery::emitScores(OpBuilder &builder, Value start, Value count, Value maximum) {
  Value none = splat(builder, -std::numeric_limits<double>::infinity());
  auto left = [&](OpBuilder &inner, int64_t, Value k) -> Value {
    ElementEmitter emitter(frame, inner);
    return emitter.emit(op.getQuery(), emitter.matrixPosition(op.getQuery(), dims, position, {query}, {k}));
  };
  auto right = [&](OpBuilder &inner, int64_t v, Value k) { return keys.load(inner, k, column(v)); };
  auto finish = [&](OpBuilder &inner, int64_t, int64_t v, Value sum) {
    Value mask = lanesBelow(inner, loc, arith::SubIOp::create(inner, loc, count, column(v)), lanes);
    Position at = position;
    at.push_back({query});
    at.push_back({arith::AddIOp::create(inner, loc, start, column(v)), 1});
    Value scores = arith::SelectOp::create(inner, loc, mask, applyRegion(inner, sum, at, mask), none);
    weights.store(inner, frame.constant(0), column(v), scores);
    maximum = larger(inner, maximum, scores);
  };
  emitTile(frame, builder, {MultiplyAdd(element, lanes), 1, kKeys / lanes, frame.size(depth), left, right, finish});
  Value most = vector::ReductionOp::create(builder, loc, vector::CombiningKind::MAXNUMF, maximum);
  return codegen::splat(builder, loc, most, lanes);
}

/// The sum goes from key to key.
Value SingleQuery::emitWeights(OpBuilder &builder, Value count, Value shift, Value sum) {
  for (int64_t v = 0; v < kKeys / lanes; ++v) {
    Value scores = weights.load(builder, frame.constant(0), column(v));
    weights.store(builder, frame.constant(0), column(v), exponential(builder, scores, shift));
  }
  return forLoop(builder, loc, frame.constant(0), count, 1, sum,
                 [&](OpBuilder &inner, Value key, ValueRange soFar) -> SmallVector<Value> {
                   Value weight = weights.loadElement(inner, frame.constant(0), key);
                   Value all = codegen::splat(inner, loc, weight, lanes);
                   return {arith::AddFOp::create(inner, loc, soFar.front(), all)};
                 })
      .front();
}

/// result = result * correction + weights * values.
void SingleQuery::addValues(OpBuilder &builder, Value start, Value count, Value correction) {
  ir::DimExpr tiled = ir::DimExpr::floorDiv(width, kTile * lanes) * (kTile * lanes);
  forLoop(builder, loc, frame.constant(0), frame.size(tiled), kTile * lanes, {},
          [&](OpBuilder &inner, Value place, ValueRange) {
            addValues(inner, start, count, correction, place, kTile, {});
            return SmallVector<Value>();
          });
  vectorLoop(frame, builder, width - tiled, lanes, {}, [&](OpBuilder &inner, Value place, Value mask, ValueRange) {
    Value behind = arith::AddIOp::create(inner, loc, place, frame.size(tiled));
    addValues(inner, start, count, correction, behind, 1, mask);
    return SmallVector<Value>();
  });
}

void SingleQuery::addValues(OpBuilder &builder, Value start, Value count, Value correction, Value place,
                            int64_t vectors, Value mask) {
  auto begin = [&](OpBuilder &inner, int64_t, int64_t v) -> Value {
    Value soFar = result.load(inner, frame.constant(0), offset(inner, place, v * lanes));
    return arith::MulFOp::create(inner, loc, soFar, correction);
  };
  auto left = [&](OpBuilder &inner, int64_t, Value k) { return weights.loadElement(inner, frame.constant(0), k); };
  auto right = [&](OpBuilder &inner, int64_t v, Value k) -> Value {
    ElementEmitter emitter(frame, inner, lanes, mask);
    Value key = arith::AddIOp::create(inner, loc, start, k);
    Position at = emitter.matrixPosition(op.getValue(), dims, position, {key}, {offset(inner, place, v * lanes), 1});
    return emitter.broadcastToLanes(emitter.emit(op.getValue(), at));
  };
  auto finish = [&](OpBuilder &inner, int64_t, int64_t v, Value sum) {
    result.store(inner, frame.constant(0), offset(inner, place, v * lanes), sum);
  };
  emitTile(frame, builder, {MultiplyAdd(element, lanes), 1, vectors, count, left, right, finish, begin});
}

void SingleQuery::storeRow(OpBuilder &builder, Value sum) {
  Value scale = scaleOf(builder, sum);
  Position at = position;
  at.push_back({query});
  vectorLoop(frame, builder, width, lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
    ElementEmitter emitter(frame, inner, lanes, mask);
    Position whole = at;
    whole.push_back({start, 1});
    emitter.bind(op.getResult(), whole, scaled(inner, result.load(inner, frame.constant(0), start), sum, scale));
    emitter.storeResults(whole);
    return SmallVector<Value>();
  });
}

} // namespace llmc::codegen::cpu
