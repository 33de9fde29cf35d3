// Attention, a block of keys at a time: their scores, the softmax as far as it is known, and the values that it weighs.
// A block with a larger maximum scales down what has been summed before it.
//
// Lanes are queries. A vector of scores is the sum of a key's elements times vectors of the queries' elements, a vector
// of results that of a value's elements times vectors of weights: keys and values are read where they lie, element by
// element, and maxima and sums need no work across lanes. Only queries and results are transposed, once. A few queries
// are computed one by one (SingleQuery.h).
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/SingleQuery.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Task t: chunk t % chunks of the queries of batch t / chunks.
class AttentionLowering : AttentionMath {
public:
  AttentionLowering(KernelFrame &frame, ir::AttentionOp op)
      : AttentionMath(frame, op), schedule(tileOf(frame.kernel(), element, frame.target())),
        chunk(schedule.vectors * lanes), queryPanel(frame, element, roundUp(depth, lanes), chunk),
        weights(frame, element, kKeys, chunk), results(frame, element, roundUp(width, lanes), chunk),
        rows(frame, element, chunk, roundUp(width, lanes)) {
    if (dims.end()[-2].least() <= kFew)
      single.emplace(frame, op);
  }

  ir::DimExpr lower() {
    ir::DimExpr count = dims.end()[-2];
    ArrayRef<ir::DimExpr> batch = ArrayRef<ir::DimExpr>(dims).drop_back(2);
    ir::DimExpr chunks = ir::DimExpr::floorDiv(count + (chunk - 1), chunk);
    forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value perBatch = frame.size(chunks);
      position = delinearize(frame, inner, arith::DivUIOp::create(inner, loc, task, perBatch), batch);
      Value number = arith::RemUIOp::create(inner, loc, task, perBatch);
      first = arith::MulIOp::create(inner, loc, number, frame.constant(chunk));
      Value left = arith::SubIOp::create(inner, loc, frame.size(count), first);
      queries = arith::MinSIOp::create(inner, loc, left, frame.constant(chunk));
      emitChunk(inner, count);
      return SmallVector<Value>();
    });
    return ir::product(batch) * chunks;
  }

private:
  /// Few queries are not worth all vectors, and a few less not even one.
  void emitChunk(OpBuilder &builder, const ir::DimExpr &count) {
    OpBuilder others = builder;
    if (single) {
      Value isFew = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, queries, frame.constant(kFew));
      auto branch = scf::IfOp::create(builder, loc, isFew, /*withElseRegion=*/true);
      OpBuilder few = OpBuilder::atBlockBegin(branch.thenBlock());
      forLoop(few, loc, frame.constant(0), queries, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
        single->emit(inner, position, arith::AddIOp::create(inner, loc, first, row));
        return SmallVector<Value>();
      });
      others = OpBuilder::atBlockBegin(branch.elseBlock());
    }
    if (count.most() <= kFew)
      return;
    if (count.most() <= lanes || schedule.vectors == 1)
      return emitQueries(others, 1);
    Value isOne = arith::CmpIOp::create(others, loc, arith::CmpIPredicate::sle, queries, frame.constant(lanes));
    auto branch = scf::IfOp::create(others, loc, isOne, /*withElseRegion=*/true);
    OpBuilder one = OpBuilder::atBlockBegin(branch.thenBlock()), all = OpBuilder::atBlockBegin(branch.elseBlock());
    emitQueries(one, 1);
    emitQueries(all, schedule.vectors);
  }

  void emitQueries(OpBuilder &builder, int64_t count) {
    vectors = count;
    masks.clear();
    for (int64_t v = 0; v < vectors; ++v)
      masks.push_back(lanesBelow(builder, loc, arith::SubIOp::create(builder, loc, queries, column(v)), lanes));
    transposeQueries(builder);
    clearResults(builder);
    ir::DimExpr keys = scoreDims.back();
    SmallVector<Value> carried(vectors, splat(builder, -std::numeric_limits<double>::infinity())); // maxima
    carried.append(vectors, splat(builder, 0.0));                                                  // sums of weights
    carried = forLoop(builder, loc, frame.constant(0), frame.size(keys), kKeys, carried,
                      [&](OpBuilder &inner, Value start, ValueRange now) {
                        Value end = arith::AddIOp::create(inner, loc, start, frame.constant(kKeys));
                        return emitKeys(inner, start, arith::MinSIOp::create(inner, loc, end, frame.size(keys)), now);
                      });
    finishResults(builder, ArrayRef<Value>(carried).drop_front(vectors));
    storeRows(builder);
  }

  //===--- queries and results ------------------------------------------------------------------------------------===//

  void transposeQueries(OpBuilder &builder) {
    forLoop(builder, loc, frame.constant(0), frame.constant(vectors * lanes), lanes, {},
            [&](OpBuilder &outer, Value start, ValueRange) {
              SmallVector<Value> numbers;
              for (int64_t lane = 0; lane < lanes; ++lane)
                numbers.push_back(existing(outer, offset(outer, start, lane)));
              transposeRows(outer, op.getQuery(), position, numbers, queryPanel, start);
              return SmallVector<Value>();
            });
  }

  /// The number of query `place` of the chunk; beyond the last that of the last, whose result nobody stores.
  Value existing(OpBuilder &builder, Value place) {
    Value last = arith::SubIOp::create(builder, loc, queries, frame.constant(1));
    return arith::AddIOp::create(builder, loc, first, arith::MinSIOp::create(builder, loc, place, last));
  }

  void clearResults(OpBuilder &builder) {
    forLoop(builder, loc, frame.constant(0), frame.size(width), 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
      for (int64_t v = 0; v < vectors; ++v)
        results.store(inner, row, column(v), splat(inner, 0.0));
      return SmallVector<Value>();
    });
  }

  /// Divides by the sums of weights, and turns the results into rows.
  void finishResults(OpBuilder &builder, ArrayRef<Value> sums) {
    SmallVector<Value> scales;
    for (Value sum : sums)
      scales.push_back(scaleOf(builder, sum));
    forLoop(builder, loc, frame.constant(0), frame.size(roundUp(width, lanes)), lanes, {},
            [&](OpBuilder &inner, Value start, ValueRange) {
              for (int64_t v = 0; v < vectors; ++v) {
                SmallVector<Value> tile;
                for (int64_t i = 0; i < lanes; ++i)
                  tile.push_back(
                      scaled(inner, results.load(inner, offset(inner, start, i), column(v)), sums[v], scales[v]));
                for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, tile)))
                  rows.store(inner, frame.constant(v * lanes + static_cast<int64_t>(i)), start, vector);
              }
              return SmallVector<Value>();
            });
  }

  void storeRows(OpBuilder &builder) {
    forLoop(builder, loc, frame.constant(0), queries, 1, {}, [&](OpBuilder &outer, Value row, ValueRange) {
      Position at = position;
      at.push_back({arith::AddIOp::create(outer, loc, first, row)});
      vectorLoop(frame, outer, width, lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
        ElementEmitter emitter(frame, inner, lanes, mask);
        Position whole = at;
        whole.push_back({start, 1});
        emitter.bind(op.getResult(), whole, rows.load(inner, row, start));
        emitter.storeResults(whole);
        return SmallVector<Value>();
      });
      return SmallVector<Value>();
    });
  }

  //===--- a block of keys ----------------------------------------------------------------------------------------===//

  SmallVector<Value> emitKeys(OpBuilder &builder, Value start, Value end, ValueRange now) {
    emitScores(builder, start, end);
    Value count = arith::SubIOp::create(builder, loc, end, start);
    SmallVector<Value> maxima = now.take_front(vectors);
    maxima =
        forLoop(builder, loc, frame.constant(0), count, 1, maxima, [&](OpBuilder &inner, Value key, ValueRange most) {
          SmallVector<Value> next;
          for (int64_t v = 0; v < vectors; ++v)
            next.push_back(arith::MaxNumFOp::create(inner, loc, most[v], weights.load(inner, key, column(v))));
          return next;
        });
    SmallVector<Value> shifts, corrections, sums;
    for (int64_t v = 0; v < vectors; ++v) {
      shifts.push_back(shiftOf(builder, maxima[v]));
      corrections.push_back(exponential(builder, now[v], shifts[v]));
      sums.push_back(arith::MulFOp::create(builder, loc, now[vectors + v], corrections[v]));
    }
    sums = forLoop(builder, loc, frame.constant(0), count, 1, sums, [&](OpBuilder &inner, Value key, ValueRange soFar) {
      SmallVector<Value> next;
      for (int64_t v = 0; v < vectors; ++v) {
        Value weight = exponential(inner, weights.load(inner, key, column(v)), shifts[v]);
        weights.store(inner, key, column(v), weight);
        next.push_back(arith::AddFOp::create(inner, loc, soFar[v], weight));
      }
      return next;
    });
    addValues(builder, start, count, corrections);
    maxima.append(sums);
    return maxima;
  }

  /// What the region makes of the scores, where the weights will be.
  void emitScores(OpBuilder &builder, Value start, Value end) {
    forRowBlocks(frame, builder, start, end, schedule.rows, [&](OpBuilder &block, Value key, int64_t height) {
      auto left = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
        ElementEmitter emitter(frame, inner);
        return emitter.emit(op.getKey(),
                            emitter.matrixPosition(op.getKey(), dims, position, {offset(inner, key, i)}, {k}));
      };
      auto right = [&](OpBuilder &inner, int64_t v, Value k) { return queryPanel.load(inner, k, column(v)); };
      auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
        Value number = offset(inner, key, i), row = arith::SubIOp::create(inner, loc, number, start);
        Position at = position;
        at.push_back({arith::AddIOp::create(inner, loc, first, column(v)), 1});
        at.push_back({number});
        weights.store(inner, row, column(v), applyRegion(inner, sum, at, masks[v]));
      };
      emitTile(frame, block, {MultiplyAdd(element, lanes), height, vectors, frame.size(depth), left, right, finish});
    });
  }

  /// results = results * corrections + values * weights.
  void addValues(OpBuilder &builder, Value start, Value count, ArrayRef<Value> corrections) {
    forRowBlocks(frame, builder, frame.constant(0), frame.size(width), schedule.rows,
                 [&](OpBuilder &block, Value place, int64_t height) {
                   auto begin = [&](OpBuilder &inner, int64_t i, int64_t v) -> Value {
                     Value soFar = results.load(inner, offset(inner, place, i), column(v));
                     return arith::MulFOp::create(inner, loc, soFar, corrections[v]);
                   };
                   auto left = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
                     ElementEmitter emitter(frame, inner);
                     Value key = arith::AddIOp::create(inner, loc, start, k);
                     return emitter.emit(op.getValue(), emitter.matrixPosition(op.getValue(), dims, position, {key},
                                                                               {offset(inner, place, i)}));
                   };
                   auto right = [&](OpBuilder &inner, int64_t v, Value k) { return weights.load(inner, k, column(v)); };
                   auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
                     results.store(inner, offset(inner, place, i), column(v), sum);
                   };
                   emitTile(frame, block,
                            {MultiplyAdd(element, lanes), height, vectors, count, left, right, finish, begin});
                 });
  }

  static constexpr int64_t kFew = 3; // queries that are computed one by one

  Tile schedule;
  int64_t chunk;                            // queries of a task
  VectorPanel queryPanel, weights, results; // with queries in lanes
  VectorPanel rows;                         // results with queries in rows
  std::optional<SingleQuery> single;        // where there may be few of them

  // Of the chunk at hand.
  Position position; // of its batch
  Value first, queries;
  int64_t vectors = 0;
  SmallVector<Value> masks; // queries that exist
};

} // namespace

static ir::DimExpr lowerAttention(KernelFrame &frame, ir::AttentionOp op) {
  return AttentionLowering(frame, op).lower();
}

LLMC_LOWERS(ir::AttentionOp, lowerAttention)

} // namespace llmc::codegen::cpu
