// Attention, a block of keys at a time: their scores, the softmax as far as it is known, and the values that it weighs.
// A block with a larger maximum scales down what has been summed before it.
//
// Lanes are queries. A vector of scores is the sum of a key's elements times vectors of the queries' elements, a vector
// of results that of a value's elements times vectors of weights: keys and values are read where they lie, element by
// element, and maxima and sums need no work across lanes. Only queries and results are transposed, once.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/cpu/vectors/VectorPanel.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

constexpr int64_t kKeys = 64; // of a block

ir::DimExpr roundUp(const ir::DimExpr &size, int64_t step) {
  return ir::DimExpr::floorDiv(size + (step - 1), step) * step;
}

/// Task t: chunk t % chunks of the queries of batch t / chunks.
class AttentionLowering {
public:
  AttentionLowering(KernelFrame &frame, ir::AttentionOp op)
      : frame(frame), op(op), loc(frame.loc()),
        schedule(tileOf(frame.kernel(), computeType(getElementTypeOrSelf(op.getQuery())), frame.target())),
        lanes(frame.target().lanes()), chunk(schedule.vectors * lanes), dims(frame.dims(op.getResult())),
        scoreDims(dims), depth(frame.dims(op.getQuery()).back()), width(dims.back()),
        element(computeType(getElementTypeOrSelf(op.getQuery()))),
        queryPanel(frame, element, roundUp(depth, lanes), chunk), weights(frame, element, kKeys, chunk),
        results(frame, element, roundUp(width, lanes), chunk), rows(frame, element, chunk, roundUp(width, lanes)) {
    scoreDims.back() = frame.dims(op.getKey()).end()[-2];
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
  /// Few queries are not worth all vectors.
  void emitChunk(OpBuilder &builder, const ir::DimExpr &count) {
    if (count.most() <= lanes || schedule.vectors == 1)
      return emitQueries(builder, 1);
    Value few = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, queries, frame.constant(lanes));
    auto branch = scf::IfOp::create(builder, loc, few, /*withElseRegion=*/true);
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
              vectorLoop(frame, outer, depth, lanes, {}, [&](OpBuilder &inner, Value place, Value mask, ValueRange) {
                ElementEmitter emitter(frame, inner, lanes, mask);
                SmallVector<Value> vectorsOfRows;
                for (Value number : numbers) {
                  Position at = emitter.matrixPosition(op.getQuery(), dims, position, {number}, {place, 1});
                  vectorsOfRows.push_back(emitter.broadcastToLanes(emitter.emit(op.getQuery(), at)));
                }
                for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, vectorsOfRows)))
                  queryPanel.store(inner, offset(inner, place, i), start, vector);
                return SmallVector<Value>();
              });
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
    for (Value sum : sums) {
      Value scale = arith::DivFOp::create(builder, loc, splat(builder, 1.0), sum);
      if (op.getGuarded()) // a sum of 0 is one of exp(-inf)
        scale = arith::SelectOp::create(builder, loc, isPositive(builder, sum), scale, splat(builder, 0.0));
      scales.push_back(scale);
    }
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

  Value isPositive(OpBuilder &builder, Value vector) {
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OGT, vector, splat(builder, 0.0));
  }

  Value scaled(OpBuilder &builder, Value vector, Value sum, Value scale) {
    Value product = arith::MulFOp::create(builder, loc, vector, scale);
    if (op.getGuarded()) // values may be infinite
      return arith::SelectOp::create(builder, loc, isPositive(builder, sum), product, splat(builder, 0.0));
    if (scoreDims.back().least() > 0)
      return product;
    Value some =
        arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, frame.size(scoreDims.back()), frame.constant(0));
    return arith::SelectOp::create(builder, loc, some, product, splat(builder, 0.0)); // of nothing
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
      // exp(-inf - -inf) would be NaN for rows that have been masked so far.
      Value none = splat(builder, -std::numeric_limits<double>::infinity()), zero = splat(builder, 0.0);
      Value masked = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::OEQ, maxima[v], none);
      shifts.push_back(arith::SelectOp::create(builder, loc, masked, zero, maxima[v]));
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
        weights.store(inner, row, column(v), applyRegion(inner, sum, v, number));
      };
      emitTile(frame, block, {element, height, vectors, lanes, frame.size(depth), left, right, finish});
    });
  }

  Value applyRegion(OpBuilder &builder, Value score, int64_t v, Value key) {
    ElementEmitter emitter(frame, builder, lanes, masks[v]);
    Position at = position;
    at.push_back({arith::AddIOp::create(builder, loc, first, column(v)), 1});
    at.push_back({key});
    SmallVector<Value> operands = {score};
    for (auto [argument, input] : llvm::zip(llvm::drop_begin(op.getBody().getArguments()), op.getInputs()))
      operands.push_back(argument.use_empty() ? Value()
                                              : emitter.emit(input, emitter.broadcastPosition(input, scoreDims, at)));
    Value result = inlineScalarRegion(builder, op.getBody(), operands, lanes).front();
    return convertFloat(builder, emitter.broadcastToLanes(result));
  }

  /// A result of the region in the type of the sums.
  Value convertFloat(OpBuilder &builder, Value vector) {
    auto type = VectorType::get({lanes}, element);
    unsigned from = getElementTypeOrSelf(vector).getIntOrFloatBitWidth(), to = element.getIntOrFloatBitWidth();
    if (from == to)
      return vector;
    if (from < to)
      return arith::ExtFOp::create(builder, loc, type, vector);
    return arith::TruncFOp::create(builder, loc, type, vector);
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
                   emitTile(frame, block, {element, height, vectors, lanes, count, left, right, finish, begin});
                 });
  }

  //===--- small things -------------------------------------------------------------------------------------------===//

  Value column(int64_t vector) { return frame.constant(vector * lanes); }
  Value offset(OpBuilder &builder, Value base, int64_t distance) {
    return builder.createOrFold<arith::AddIOp>(loc, base, frame.constant(distance));
  }
  Value splat(OpBuilder &builder, double value) {
    Value scalar = arith::ConstantOp::create(builder, loc, builder.getFloatAttr(element, value));
    return codegen::splat(builder, loc, scalar, lanes);
  }
  Value exponential(OpBuilder &builder, Value x, Value shift) {
    return math::ExpOp::create(builder, loc, arith::SubFOp::create(builder, loc, x, shift));
  }

  KernelFrame &frame;
  ir::AttentionOp op;
  Location loc;
  Tile schedule;
  int64_t lanes, chunk; // queries of a task
  ir::DimVector dims, scoreDims;
  ir::DimExpr depth, width;
  Type element;
  VectorPanel queryPanel, weights, results; // with queries in lanes
  VectorPanel rows;                         // results with queries in rows

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
