// Attention, a block of keys at a time: their scores, the softmax as far as it is known, and the values that it weighs.
// A block with a larger maximum scales down what has been summed before it.
//
// Lanes are queries. A vector of scores is the sum of a key's elements times vectors of the queries' elements, a vector
// of results that of a value's elements times vectors of weights: maxima and sums need no work across lanes, and only
// queries and results are transposed, once. Keys and values of a block are copied first, as f32 and row behind row:
// where they lie their rows may be far apart, in few sets of the caches. A few queries are computed one by one
// (SingleQuery.h). Where a machine has matrix tiles for what both products are of, they do the multiplications
// (TiledAttention.h), and what is around them stays as it is.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/SingleQuery.h"
#include "compiler/codegen/cpu/lowering/TiledAttention.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Task t: group t % groups of the queries of batch t / groups. A group is a few chunks, each as wide as a tile, which
/// share the copies of keys and values.
class AttentionLowering : AttentionMath {
public:
  AttentionLowering(KernelFrame &frame, ir::AttentionOp op)
      : AttentionMath(frame, op), schedule(tileOf(frame.kernel(), element, frame.target())),
        chunk(schedule.vectors * lanes), count(dims.end()[-2]), usesTiles(takesTiles()),
        blockKeys(usesTiles ? TiledAttention::kKeys : kKeys),
        chunks(std::min((count.most() - 1) / chunk + 1, usesTiles ? 2 * kChunks : kChunks)),
        depthRows(usesTiles ? 0 : roundUp(depth, lanes)),
        widthRows(roundUp(width, usesTiles ? TiledAttention::kRows : lanes)),
        queryPanel(frame, element, depthRows * chunks, chunk), keys(frame, element, kKeys, depthRows),
        values(frame, element, usesTiles ? 0 : kKeys, widthRows), weights(frame, element, blockKeys, chunk),
        results(frame, element, widthRows * chunks, chunk), maxima(frame, element, chunks, chunk),
        sums(frame, element, chunks, chunk), rows(frame, element, chunk, widthRows) {
    roundsWeights = usesTiles;
    if (usesTiles)
      tiled.emplace(frame, op, chunks, chunk);
    else if (count.least() <= kFew)
      single.emplace(frame, op);
  }

  ir::DimExpr lower() {
    ArrayRef<ir::DimExpr> batch = ArrayRef<ir::DimExpr>(dims).drop_back(2);
    int64_t group = chunks * chunk;
    ir::DimExpr groups = ir::DimExpr::ceilDiv(count, group);
    if (tiled)
      tiled->begin(frame.builder());
    forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value perBatch = frame.size(groups);
      position = delinearize(frame, inner, arith::DivUIOp::create(inner, loc, task, perBatch), batch);
      Value number = arith::RemUIOp::create(inner, loc, task, perBatch);
      Value start = arith::MulIOp::create(inner, loc, number, frame.constant(group));
      Value left = arith::SubIOp::create(inner, loc, frame.size(count), start);
      emitGroup(inner, start, arith::MinSIOp::create(inner, loc, left, frame.constant(group)));
      return SmallVector<Value>();
    });
    if (tiled)
      tiled->end(frame.builder());
    return ir::product(batch) * groups;
  }

private:
  /// A few queries are as fast without.
  bool takesTiles() {
    return dotOf(op, frame.target()) == DotKind::Tiles && count.most() > kFew &&
           schedule.vectors <= TileNumbers::kPanels;
  }

  /// Few queries are not worth a vector.
  void emitGroup(OpBuilder &builder, Value start, Value size) {
    if (!single)
      return emitChunks(builder, start, size);
    Value rest = arith::RemUIOp::create(builder, loc, size, frame.constant(chunk));
    Value isFew = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sle, rest, frame.constant(kFew));
    Value few = arith::SelectOp::create(builder, loc, isFew, rest, frame.constant(0));
    Value many = arith::SubIOp::create(builder, loc, size, few);
    forLoop(builder, loc, many, size, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
      single->emit(inner, position, arith::AddIOp::create(inner, loc, start, row));
      return SmallVector<Value>();
    });
    if (count.most() <= kFew)
      return;
    Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, many, frame.constant(0));
    auto branch = scf::IfOp::create(builder, loc, some, /*withElseRegion=*/false);
    OpBuilder inner = OpBuilder::atBlockBegin(branch.thenBlock());
    emitChunks(inner, start, many);
  }

  void emitChunks(OpBuilder &builder, Value start, Value size) {
    forChunks(builder, start, size, [&](OpBuilder &inner) { beginChunk(inner); });
    blockLoop(frame, builder, scoreDims.back(), blockKeys, {},
              [&](OpBuilder &block, Value firstKey, Value keyCount, ValueRange) {
                copyBlock(block, firstKey, keyCount);
                forChunks(block, start, size, [&](OpBuilder &inner) { emitKeys(inner, firstKey, keyCount); });
                return SmallVector<Value>();
              });
    forChunks(builder, start, size, [&](OpBuilder &inner) {
      finishResults(inner);
      storeRows(inner);
    });
  }

  /// A few queries less than a vector has lanes are not worth all vectors.
  void forChunks(OpBuilder &builder, Value start, Value size, function_ref<void(OpBuilder &)> body) {
    Value bound = arith::CeilDivUIOp::create(builder, loc, size, frame.constant(chunk));
    forLoop(builder, loc, frame.constant(0), bound, 1, {}, [&](OpBuilder &inner, Value number, ValueRange) {
      chunkNumber = number;
      Value place = arith::MulIOp::create(inner, loc, number, frame.constant(chunk));
      first = arith::AddIOp::create(inner, loc, start, place);
      Value left = arith::SubIOp::create(inner, loc, size, place);
      queries = arith::MinSIOp::create(inner, loc, left, frame.constant(chunk));
      vectors = 1;
      if (count.most() <= lanes || schedule.vectors == 1) {
        body(inner);
        return SmallVector<Value>();
      }
      Value isOne = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::sle, queries, frame.constant(lanes));
      auto branch = scf::IfOp::create(inner, loc, isOne, /*withElseRegion=*/true);
      OpBuilder one = OpBuilder::atBlockBegin(branch.thenBlock()), all = OpBuilder::atBlockBegin(branch.elseBlock());
      body(one);
      vectors = schedule.vectors;
      body(all);
      return SmallVector<Value>();
    });
  }

  void beginChunk(OpBuilder &builder) {
    transposeQueries(builder);
    clearResults(builder);
    for (int64_t v = 0; v < vectors; ++v) {
      maxima.store(builder, chunkNumber, column(v), splat(builder, -std::numeric_limits<double>::infinity()));
      sums.store(builder, chunkNumber, column(v), splat(builder, 0.0));
    }
  }

  /// Row `row` of the chunk's part of a panel in which chunks follow each other.
  Value inChunk(OpBuilder &builder, Value row, const ir::DimExpr &rowsOfChunk) {
    Value before = arith::MulIOp::create(builder, loc, chunkNumber, frame.size(rowsOfChunk));
    return arith::AddIOp::create(builder, loc, before, row);
  }

  //===--- queries and results ------------------------------------------------------------------------------------===//

  void transposeQueries(OpBuilder &builder) {
    forLoop(builder, loc, frame.constant(0), frame.constant(vectors * lanes), lanes, {},
            [&](OpBuilder &outer, Value start, ValueRange) {
              SmallVector<Value> numbers;
              for (int64_t lane = 0; lane < lanes; ++lane)
                numbers.push_back(existing(outer, offset(outer, start, lane)));
              if (tiled) {
                tiled->setQueries(outer, position, numbers, chunkNumber, start);
                return SmallVector<Value>();
              }
              Value row = inChunk(outer, frame.constant(0), depthRows);
              transposeRows(outer, op.getQuery(), position, numbers, queryPanel, row, start);
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
        results.store(inner, inChunk(inner, row, widthRows), column(v), splat(inner, 0.0));
      return SmallVector<Value>();
    });
  }

  /// Divides by the sums of weights, and turns the results into rows.
  void finishResults(OpBuilder &builder) {
    SmallVector<Value> divisors, scales;
    for (int64_t v = 0; v < vectors; ++v) {
      divisors.push_back(sums.load(builder, chunkNumber, column(v)));
      scales.push_back(scaleOf(builder, divisors.back()));
    }
    forLoop(builder, loc, frame.constant(0), frame.size(widthRows), lanes, {},
            [&](OpBuilder &inner, Value start, ValueRange) {
              Value row = inChunk(inner, start, widthRows);
              for (int64_t v = 0; v < vectors; ++v) {
                SmallVector<Value> tile;
                for (int64_t i = 0; i < lanes; ++i)
                  tile.push_back(
                      scaled(inner, results.load(inner, offset(inner, row, i), column(v)), divisors[v], scales[v]));
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

  void emitKeys(OpBuilder &builder, Value start, Value count) {
    SmallVector<Value> masks = existingQueries(builder);
    emitScores(builder, start, count, masks);
    SmallVector<Value> before, most, soFar, shifts, corrections;
    for (int64_t v = 0; v < vectors; ++v)
      before.push_back(maxima.load(builder, chunkNumber, column(v)));
    most = forLoop(builder, loc, frame.constant(0), count, 1, before, [&](OpBuilder &inner, Value key, ValueRange now) {
      SmallVector<Value> next;
      for (int64_t v = 0; v < vectors; ++v) {
        Value score = weights.load(inner, key, column(v));
        if (tiled || isRegionLong()) {
          score = applyRegionAt(inner, score, v, arith::AddIOp::create(inner, loc, start, key), masks[v]);
          weights.store(inner, key, column(v), score);
        }
        next.push_back(larger(inner, now[v], score));
      }
      return next;
    });
    for (int64_t v = 0; v < vectors; ++v) {
      shifts.push_back(shiftOf(builder, most[v]));
      corrections.push_back(exponential(builder, before[v], shifts[v]));
      Value sum = sums.load(builder, chunkNumber, column(v));
      soFar.push_back(arith::MulFOp::create(builder, loc, sum, corrections[v]));
    }
    soFar = tiled ? emitWeightsInPairs(builder, count, shifts, soFar) : emitWeights(builder, count, shifts, soFar);
    for (int64_t v = 0; v < vectors; ++v) {
      maxima.store(builder, chunkNumber, column(v), most[v]);
      sums.store(builder, chunkNumber, column(v), soFar[v]);
    }
    addValues(builder, count, corrections);
  }

  Value weightOf(OpBuilder &builder, Value key, int64_t vector, Value shift) {
    return exponential(builder, weights.load(builder, key, column(vector)), shift);
  }

  /// Weights take the place of scores. Gives their sums.
  SmallVector<Value> emitWeights(OpBuilder &builder, Value count, ArrayRef<Value> shifts, ValueRange sums) {
    return forLoop(builder, loc, frame.constant(0), count, 1, sums, [&](OpBuilder &inner, Value key, ValueRange now) {
      SmallVector<Value> next;
      for (int64_t v = 0; v < vectors; ++v) {
        Value weight = weightOf(inner, key, v, shifts[v]);
        weights.store(inner, key, column(v), weight);
        next.push_back(arith::AddFOp::create(inner, loc, now[v], weight));
      }
      return next;
    });
  }

  /// The same for tiles, where keys that complete one weigh nothing.
  SmallVector<Value> emitWeightsInPairs(OpBuilder &builder, Value count, ArrayRef<Value> shifts, ValueRange sums) {
    Value whole = tiled->wholeKeys(builder, count);
    forLoop(builder, loc, count, whole, 1, {}, [&](OpBuilder &inner, Value key, ValueRange) {
      for (int64_t v = 0; v < vectors; ++v)
        weights.store(inner, key, column(v), splat(inner, -std::numeric_limits<double>::infinity()));
      return SmallVector<Value>();
    });
    return forLoop(builder, loc, frame.constant(0), whole, 2, sums, [&](OpBuilder &inner, Value key, ValueRange now) {
      SmallVector<Value> next;
      for (int64_t v = 0; v < vectors; ++v) {
        Value first = weightOf(inner, key, v, shifts[v]), second = weightOf(inner, offset(inner, key, 1), v, shifts[v]);
        tiled->setWeights(inner, key, v, first, second);
        next.push_back(arith::AddFOp::create(inner, loc, arith::AddFOp::create(inner, loc, now[v], first), second));
      }
      return next;
    });
  }

  void copyBlock(OpBuilder &builder, Value start, Value count) {
    if (tiled)
      return tiled->copyBlock(builder, position, start, count);
    copyRows(builder, op.getKey(), depth, start, count, keys);
    copyRows(builder, op.getValue(), width, start, count, values);
  }

  /// Rows start..start+count-1 of the matrix that `operand` has at the place of the batch.
  void copyRows(OpBuilder &builder, Value operand, const ir::DimExpr &columns, Value start, Value count,
                VectorPanel &panel) {
    forLoop(builder, loc, frame.constant(0), count, 1, {}, [&](OpBuilder &outer, Value row, ValueRange) {
      Value number = arith::AddIOp::create(outer, loc, start, row);
      vectorLoop(frame, outer, columns, lanes, {}, [&](OpBuilder &inner, Value place, Value mask, ValueRange) {
        ElementEmitter emitter(frame, inner, lanes, mask);
        Position at = emitter.matrixPosition(operand, dims, position, {number}, {place, 1});
        panel.store(inner, row, place, emitter.broadcastToLanes(emitter.emit(operand, at)));
        return SmallVector<Value>();
      });
      return SmallVector<Value>();
    });
  }

  /// Whether the code of the region should stand once for all scores, and not for each of the largest tile and of all
  /// smaller ones.
  bool isRegionLong() {
    constexpr size_t most = 4;
    return !op.getInputs().empty() || llvm::range_size(op.getBody().front().without_terminator()) > most;
  }

  Value applyRegionAt(OpBuilder &builder, Value score, int64_t vector, Value key, Value mask) {
    Position at = position;
    at.push_back({arith::AddIOp::create(builder, loc, first, column(vector)), 1});
    at.push_back({key});
    return applyRegion(builder, score, at, mask);
  }

  /// Which lanes are queries, of each vector.
  SmallVector<Value> existingQueries(OpBuilder &builder) {
    SmallVector<Value> masks;
    for (int64_t v = 0; v < vectors; ++v)
      masks.push_back(lanesBelow(builder, loc, arith::SubIOp::create(builder, loc, queries, column(v)), lanes));
    return masks;
  }

  /// Scores where the weights will be, and unless it is long what the region makes of them.
  void emitScores(OpBuilder &builder, Value start, Value count, ArrayRef<Value> masks) {
    if (tiled)
      return tiled->multiplyKeys(builder, chunkNumber, count, vectors, weights);
    forRowBlocks(frame, builder, frame.constant(0), count, schedule.rows,
                 [&](OpBuilder &block, Value row, int64_t height) {
                   Value key = arith::AddIOp::create(block, loc, start, row);
                   auto left = [&](OpBuilder &inner, int64_t i, Value k) {
                     return keys.loadElement(inner, offset(inner, row, i), k);
                   };
                   auto right = [&](OpBuilder &inner, int64_t v, Value k) {
                     return queryPanel.load(inner, inChunk(inner, k, depthRows), column(v));
                   };
                   auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
                     if (!isRegionLong())
                       sum = applyRegionAt(inner, sum, v, offset(inner, key, i), masks[v]);
                     weights.store(inner, offset(inner, row, i), column(v), sum);
                   };
                   emitTile(frame, block,
                            {MultiplyAdd(element, lanes), height, vectors, frame.size(depth), left, right, finish});
                 });
  }

  /// results = results * corrections + values * weights.
  void addValues(OpBuilder &builder, Value count, ArrayRef<Value> corrections) {
    if (tiled)
      return addByTiles(builder, count, corrections);
    forRowBlocks(frame, builder, frame.constant(0), frame.size(width), schedule.rows,
                 [&](OpBuilder &block, Value place, int64_t height) {
                   Value row = inChunk(block, place, widthRows);
                   auto begin = [&](OpBuilder &inner, int64_t i, int64_t v) -> Value {
                     Value soFar = results.load(inner, offset(inner, row, i), column(v));
                     return arith::MulFOp::create(inner, loc, soFar, corrections[v]);
                   };
                   auto left = [&](OpBuilder &inner, int64_t i, Value k) {
                     return values.loadElement(inner, k, offset(inner, place, i));
                   };
                   auto right = [&](OpBuilder &inner, int64_t v, Value k) { return weights.load(inner, k, column(v)); };
                   auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
                     results.store(inner, offset(inner, row, i), column(v), sum);
                   };
                   emitTile(frame, block,
                            {MultiplyAdd(element, lanes), height, vectors, count, left, right, finish, begin});
                 });
  }

  void addByTiles(OpBuilder &builder, Value count, ArrayRef<Value> corrections) {
    forLoop(builder, loc, frame.constant(0), frame.size(width), 1, {}, [&](OpBuilder &inner, Value place, ValueRange) {
      Value row = inChunk(inner, place, widthRows);
      for (int64_t v = 0; v < vectors; ++v) {
        Value soFar = results.load(inner, row, column(v));
        results.store(inner, row, column(v), arith::MulFOp::create(inner, loc, soFar, corrections[v]));
      }
      return SmallVector<Value>();
    });
    tiled->addValues(builder, count, vectors, results, inChunk(builder, frame.constant(0), widthRows));
  }

  static constexpr int64_t kFew = 3;    // queries that are computed one by one
  static constexpr int64_t kChunks = 4; // of a group: what they keep between two blocks of keys stays in L2

  Tile schedule;
  int64_t chunk;     // queries of a tile
  ir::DimExpr count; // of queries
  bool usesTiles;
  int64_t blockKeys;                // of a block
  int64_t chunks;                   // of a group
  ir::DimExpr depthRows, widthRows; // of a chunk
  VectorPanel queryPanel;           // with queries in lanes, as are weights and results
  VectorPanel keys, values;         // of a block, in rows
  VectorPanel weights, results;
  VectorPanel maxima, sums;            // of scores and weights, a row a chunk
  VectorPanel rows;                    // results with queries in rows
  std::optional<TiledAttention> tiled; // in place of both products
  std::optional<SingleQuery> single;   // where there may be few of them

  // Of the chunk at hand.
  Position position; // of its batch
  Value chunkNumber, first, queries;
  int64_t vectors = 0;
};

} // namespace

static ir::DimExpr lowerAttention(KernelFrame &frame, ir::AttentionOp op) {
  return AttentionLowering(frame, op).lower();
}

LLMC_LOWERS(ir::AttentionOp, lowerAttention)

} // namespace llmc::codegen::cpu
