// Keys and queries lie as rows of f32, and become words of bf16 on their way into the memory of the thread.
#include "compiler/codegen/cpu/lowering/TiledAttention.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {

namespace {
constexpr int64_t kWords = MatrixTiles::kRows; // of a row of a tile; as many rows make a tile of the right side

Type wordType(KernelFrame &frame) { return frame.builder().getI32Type(); }
} // namespace

TiledAttention::TiledAttention(KernelFrame &frame, ir::AttentionOp op, int64_t chunks, int64_t chunk)
    : AttentionMath(frame, op), halves(loc, frame.target()), tiles(matrixTiles(frame, /*bytes=*/std::nullopt)),
      depthWords(ir::DimExpr::ceilDiv(depth, 2 * kWords) * kWords), widthRows(roundUp(width, kRows)),
      queryWords(frame, wordType(frame), depthWords * chunks, chunk), keys(frame, wordType(frame), kKeys, depthWords),
      weightWords(frame, wordType(frame), kKeys / 2, chunk), values(frame, wordType(frame), widthRows, kKeys / 2) {}

void TiledAttention::begin(OpBuilder &builder) {
  TileSize whole = {frame.constant(MatrixTiles::kRows), MatrixTiles::kRowBytes};
  tiles->configure(builder, SmallVector<TileSize>(MatrixTiles::kTiles, whole));
}

Value TiledAttention::loadRow(OpBuilder &builder, Value operand, const Position &batch, Value row, Value column,
                              const ir::DimExpr &columns) {
  Value mask;
  if (!fillsVectors(columns, 2 * lanes)) {
    Value left = arith::SubIOp::create(builder, loc, frame.size(columns), column);
    mask = lanesBelow(builder, loc, left, lanes);
  }
  ElementEmitter emitter(frame, builder, lanes, mask);
  Position at = emitter.matrixPosition(operand, dims, batch, {row}, {column, 1});
  Value vector = emitter.broadcastToLanes(emitter.emit(operand, at));
  return mask ? arith::SelectOp::create(builder, loc, mask, vector, splat(builder, 0.0)).getResult() : vector;
}

Value TiledAttention::neighbours(OpBuilder &builder, Value operand, const Position &batch, Value row, Value word) {
  Value column = arith::MulIOp::create(builder, loc, word, frame.constant(2));
  Value first = loadRow(builder, operand, batch, row, column, depth);
  Value second = loadRow(builder, operand, batch, row, offset(builder, column, lanes), depth);
  return halves.follow(builder, first, second);
}

void TiledAttention::setQueries(OpBuilder &builder, const Position &batch, ArrayRef<Value> rows, Value chunk,
                                Value column) {
  Value before = arith::MulIOp::create(builder, loc, chunk, frame.size(depthWords));
  forLoop(builder, loc, frame.constant(0), frame.size(depthWords), kWords, {},
          [&](OpBuilder &inner, Value word, ValueRange) {
            SmallVector<Value> vectors;
            for (Value row : rows)
              vectors.push_back(neighbours(inner, op.getQuery(), batch, row, word));
            Value first = arith::AddIOp::create(inner, loc, before, word);
            for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, vectors)))
              queryWords.store(inner, offset(inner, first, static_cast<int64_t>(i)), column, vector);
            return SmallVector<Value>();
          });
}

void TiledAttention::copyBlock(OpBuilder &builder, const Position &batch, Value start, Value count) {
  copyKeys(builder, batch, start, count);
  Value isWhole = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, count, wholeKeys(builder, count));
  auto branch = scf::IfOp::create(builder, loc, isWhole, /*withElseRegion=*/true);
  OpBuilder whole = OpBuilder::atBlockBegin(branch.thenBlock()), part = OpBuilder::atBlockBegin(branch.elseBlock());
  copyValues(whole, batch, start, count, /*isWhole=*/true);
  copyValues(part, batch, start, count, /*isWhole=*/false);
}

void TiledAttention::copyKeys(OpBuilder &builder, const Position &batch, Value start, Value count) {
  forLoop(builder, loc, frame.constant(0), count, 1, {}, [&](OpBuilder &outer, Value row, ValueRange) {
    Value number = arith::AddIOp::create(outer, loc, start, row);
    forLoop(outer, loc, frame.constant(0), frame.size(depthWords), kWords, {},
            [&](OpBuilder &inner, Value word, ValueRange) {
              keys.store(inner, row, word, neighbours(inner, op.getKey(), batch, number, word));
              return SmallVector<Value>();
            });
    return SmallVector<Value>();
  });
}

/// Keys that complete a tile have values of 0.
void TiledAttention::copyValues(OpBuilder &builder, const Position &batch, Value start, Value count, bool isWhole) {
  Value last = arith::SubIOp::create(builder, loc, count, frame.constant(1));
  auto load = [&](OpBuilder &inner, Value key, Value column) -> Value {
    Value existing = isWhole ? key : arith::MinSIOp::create(inner, loc, key, last).getResult();
    Value row = arith::AddIOp::create(inner, loc, start, existing);
    Value vector = loadRow(inner, op.getValue(), batch, row, column, width);
    if (isWhole)
      return vector;
    Value exists = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::slt, key, count);
    return arith::SelectOp::create(inner, loc, exists, vector, splat(inner, 0.0));
  };
  forLoop(builder, loc, frame.constant(0), wholeKeys(builder, count), 2 * kWords, {},
          [&](OpBuilder &outer, Value key, ValueRange) {
            Value word = arith::DivUIOp::create(outer, loc, key, frame.constant(2));
            forLoop(outer, loc, frame.constant(0), frame.size(width), lanes, {},
                    [&](OpBuilder &inner, Value column, ValueRange) {
                      SmallVector<Value> vectors;
                      for (int64_t i = 0; i < kWords; ++i)
                        vectors.push_back(halves.pair(inner, load(inner, offset(inner, key, 2 * i), column),
                                                      load(inner, offset(inner, key, 2 * i + 1), column)));
                      for (auto [i, vector] : llvm::enumerate(transposeVectors(inner, loc, vectors)))
                        values.store(inner, offset(inner, column, static_cast<int64_t>(i)), word, vector);
                      return SmallVector<Value>();
                    });
            return SmallVector<Value>();
          });
}

Value TiledAttention::wholeKeys(OpBuilder &builder, Value count) {
  Value number = arith::CeilDivUIOp::create(builder, loc, count, frame.constant(2 * kWords));
  return arith::MulIOp::create(builder, loc, number, frame.constant(2 * kWords));
}

void TiledAttention::multiplyKeys(OpBuilder &builder, Value chunk, Value count, int64_t vectors, VectorPanel &scores) {
  Value before = arith::MulIOp::create(builder, loc, chunk, frame.size(depthWords));
  forLoop(builder, loc, frame.constant(0), count, kRows, {}, [&](OpBuilder &inner, Value key, ValueRange) {
    multiply(inner, keys, key, queryWords, before, frame.size(depthWords), scores, key, vectors, /*isFirst=*/true);
    return SmallVector<Value>();
  });
}

void TiledAttention::setWeights(OpBuilder &builder, Value key, int64_t vector, Value first, Value second) {
  Value word = arith::DivUIOp::create(builder, loc, key, frame.constant(2));
  weightWords.store(builder, word, column(vector), halves.pair(builder, first, second));
}

void TiledAttention::addValues(OpBuilder &builder, Value count, int64_t vectors, VectorPanel &results,
                               Value firstResult) {
  Value words = arith::DivUIOp::create(builder, loc, wholeKeys(builder, count), frame.constant(2));
  forLoop(builder, loc, frame.constant(0), frame.size(widthRows), kRows, {},
          [&](OpBuilder &inner, Value row, ValueRange) {
            Value sum = arith::AddIOp::create(inner, loc, firstResult, row);
            multiply(inner, values, row, weightWords, frame.constant(0), words, results, sum, vectors,
                     /*isFirst=*/false);
            return SmallVector<Value>();
          });
}

void TiledAttention::multiply(OpBuilder &builder, VectorPanel &left, Value firstLeft, VectorPanel &right,
                              Value firstRight, Value words, VectorPanel &sums, Value firstSum, int64_t vectors,
                              bool isFirst) {
  auto place = [&](OpBuilder &inner, VectorPanel &panel, Value row, int64_t band, Value column) {
    return panel.addressOf(inner, offset(inner, row, band * MatrixTiles::kRows), column);
  };
  auto forEachSum = [&](function_ref<void(int64_t tile, Value pointer)> body) {
    TileNumbers::forEachSum(TileNumbers::kBands, vectors, [&](int64_t tile, int64_t band, int64_t v) {
      body(tile, place(builder, sums, firstSum, band, column(v)));
    });
  };
  Value leftStride = left.rowBytes(builder), rightStride = right.rowBytes(builder), sumStride = sums.rowBytes(builder);
  forEachSum([&](int64_t tile, Value pointer) {
    if (isFirst)
      tiles->clear(builder, tile);
    else
      tiles->load(builder, tile, pointer, sumStride);
  });
  forLoop(builder, loc, frame.constant(0), words, kWords, {}, [&](OpBuilder &inner, Value word, ValueRange) {
    Value row = arith::AddIOp::create(inner, loc, firstRight, word);
    auto ofLeft = [&](int64_t band) { return place(inner, left, firstLeft, band, word); };
    auto ofRight = [&](int64_t v) { return right.addressOf(inner, row, column(v)); };
    tiles->multiplyBlock(inner, TileNumbers::kBands, vectors, {ofLeft, leftStride}, {ofRight, rightStride});
    return SmallVector<Value>();
  });
  forEachSum([&](int64_t tile, Value pointer) { tiles->store(builder, tile, pointer, sumStride); });
}

} // namespace llmc::codegen::cpu
