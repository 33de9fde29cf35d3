// The loop along k with its accumulators, and the split of rows.
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {

void emitTile(KernelFrame &frame, OpBuilder &builder, const ContractionTile &tile) {
  Location loc = frame.loc();
  const Dot &dot = tile.dot;
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(dot.sumType()));
  SmallVector<Value> sums;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      sums.push_back(tile.begin ? tile.begin(builder, row, v) : zero);
  using Load = function_ref<Value(OpBuilder &, int64_t, Value)>;
  auto step = [&](OpBuilder &inner, Value at, ValueRange now, Load loadLeft, Load loadRight) {
    SmallVector<Value> right, next;
    for (int64_t v = 0; v < tile.vectors; ++v)
      right.push_back(dot.prepareRight(inner, loc, loadRight(inner, v, at)));
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value left = dot.spreadLeft(inner, loc, loadLeft(inner, row, at));
      for (int64_t v = 0; v < tile.vectors; ++v)
        next.push_back(dot.step(inner, loc, left, right[v], now[row * tile.vectors + v]));
    }
    return next;
  };
  auto loop = [&](OpBuilder &outer, Value first, Value bound, int64_t count, ValueRange now) {
    return forLoop(outer, loc, first, bound, count, now, [&](OpBuilder &inner, Value at, ValueRange before) {
      SmallVector<Value> next(before);
      for (int64_t i = 0; i < count; ++i)
        next = step(inner, offset(frame, inner, at, i), next, tile.left, tile.right);
      return next;
    });
  };
  auto turns = [&](Value first, Value bound, int64_t count) {
    if (!tile.fetchAhead) {
      sums = loop(builder, first, bound, count, sums);
      return;
    }
    sums = forLoop(builder, loc, first, bound, kStepsAhead, sums, [&](OpBuilder &inner, Value at, ValueRange now) {
      tile.fetchAhead(inner, at);
      Value end = inner.createOrFold<arith::MinSIOp>(loc, offset(frame, inner, at, kStepsAhead), bound);
      return loop(inner, at, end, count, now);
    });
  };
  Value first = tile.firstStep ? tile.firstStep : frame.constant(0);
  if (tile.turn == 1) {
    turns(first, tile.steps, 1);
  } else {
    Value turn = frame.constant(tile.turn), count = arith::SubIOp::create(builder, loc, tile.steps, first);
    Value rest = arith::RemUIOp::create(builder, loc, count, turn);
    Value whole = arith::SubIOp::create(builder, loc, tile.steps, rest);
    turns(first, whole, tile.turn);
    turns(whole, tile.steps, 1);
  }
  if (tile.lastLeft) {
    Value end = arith::AddIOp::create(builder, loc, tile.steps, tile.lastSteps);
    Load right = tile.lastRight ? tile.lastRight : tile.right;
    sums = forLoop(builder, loc, tile.steps, end, 1, sums, [&](OpBuilder &inner, Value at, ValueRange now) {
      return step(inner, at, now, tile.lastLeft, right);
    });
  }
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      tile.finish(builder, row, v, dot.finish(builder, loc, sums[row * tile.vectors + v]));
}

/// The one height of all blocks, where that is known.
static std::optional<int64_t> commonHeight(Value count, int64_t most) {
  std::optional<int64_t> rows = getConstantIntValue(count);
  if (!rows || *rows == 0)
    return {};
  auto blocks = static_cast<int64_t>(llvm::divideCeil(*rows, most));
  return *rows % blocks == 0 ? std::optional(*rows / blocks) : std::nullopt;
}

void forRowBlocks(KernelFrame &frame, OpBuilder &builder, Value first, Value bound, int64_t most,
                  function_ref<void(OpBuilder &, Value, int64_t)> body,
                  function_ref<void(OpBuilder &, Value, Value)> behind) {
  Location loc = frame.loc();
  Value count = builder.createOrFold<arith::SubIOp>(loc, bound, first);
  if (std::optional<int64_t> height = commonHeight(count, most)) {
    forLoop(builder, loc, first, bound, *height, {}, [&](OpBuilder &inner, Value row, ValueRange) {
      body(inner, row, *height);
      if (behind)
        behind(inner, row, frame.constant(*height));
      return SmallVector<Value>();
    });
    return;
  }
  Value limit = frame.constant(most), blocks = arith::CeilDivUIOp::create(builder, loc, count, limit);
  forLoop(builder, loc, frame.constant(0), blocks, 1, {}, [&](OpBuilder &inner, Value block, ValueRange) {
    // Even split: 128 rows by 12 are 7 blocks of 12 and 4 of 11, not 10 of 12 and one of 8.
    auto boundary = [&](Value number) -> Value {
      Value share = arith::MulIOp::create(inner, loc, count, number);
      return arith::DivUIOp::create(inner, loc, share, blocks);
    };
    Value next = arith::AddIOp::create(inner, loc, block, frame.constant(1));
    Value from = boundary(block), height = arith::SubIOp::create(inner, loc, boundary(next), from);
    Value row = arith::AddIOp::create(inner, loc, first, from);
    for (int64_t rows = most; rows > 0; --rows) {
      Value isRows = arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::eq, height, frame.constant(rows));
      auto branch = scf::IfOp::create(inner, loc, isRows, /*withElseRegion=*/false);
      OpBuilder inside = OpBuilder::atBlockBegin(branch.thenBlock());
      body(inside, row, rows);
    }
    if (behind)
      behind(inner, row, height);
    return SmallVector<Value>();
  });
}

} // namespace llmc::codegen::cpu
