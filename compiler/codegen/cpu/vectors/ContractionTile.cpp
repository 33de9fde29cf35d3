// The loop along k with its accumulators, and the split of rows.
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static Value multiplyAdd(OpBuilder &builder, Location loc, Value a, Value b, Value sum) {
  if (isa<FloatType>(cast<VectorType>(sum.getType()).getElementType()))
    return vector::FMAOp::create(builder, loc, a, b, sum);
  return arith::AddIOp::create(builder, loc, sum, arith::MulIOp::create(builder, loc, a, b));
}

void emitTile(KernelFrame &frame, OpBuilder &builder, const ContractionTile &tile) {
  Location loc = frame.loc();
  auto type = VectorType::get({tile.lanes}, tile.element);
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  SmallVector<Value> sums;
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      sums.push_back(tile.begin ? tile.begin(builder, row, v) : zero);
  sums = forLoop(builder, loc, frame.constant(0), tile.depth, 1, sums, [&](OpBuilder &inner, Value k, ValueRange now) {
    SmallVector<Value> right, next;
    for (int64_t v = 0; v < tile.vectors; ++v)
      right.push_back(tile.right(inner, v, k));
    for (int64_t row = 0; row < tile.rows; ++row) {
      Value left = vector::BroadcastOp::create(inner, loc, type, tile.left(inner, row, k));
      for (int64_t v = 0; v < tile.vectors; ++v)
        next.push_back(multiplyAdd(inner, loc, left, right[v], now[row * tile.vectors + v]));
    }
    return next;
  });
  for (int64_t row = 0; row < tile.rows; ++row)
    for (int64_t v = 0; v < tile.vectors; ++v)
      tile.finish(builder, row, v, sums[row * tile.vectors + v]);
}

void forRowBlocks(KernelFrame &frame, OpBuilder &builder, Value first, Value bound, int64_t most,
                  function_ref<void(OpBuilder &, Value, int64_t)> body,
                  function_ref<void(OpBuilder &, Value, Value)> behind) {
  Location loc = frame.loc();
  Value count = arith::SubIOp::create(builder, loc, bound, first), limit = frame.constant(most);
  Value blocks = arith::CeilDivUIOp::create(builder, loc, count, limit);
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
