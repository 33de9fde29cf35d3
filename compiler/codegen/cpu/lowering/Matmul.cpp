// Products of tensors that are both computed at run time.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "compiler/codegen/cpu/lowering/TileEpilogue.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Task t of a product of two computed tensors: chunk t % chunks of rows in batch t / chunks.
class PlainLowering {
public:
  PlainLowering(KernelFrame &frame, ir::MatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getResult())), lhs(frame.dims(op.getLhs())),
        element(computeType(getElementTypeOrSelf(op.getResult()))),
        schedule(tileOf(frame.kernel(), element, frame.target())), lanes(sumLanes(frame, element)),
        epilogue(frame, op, element, schedule.rows, schedule.vectors, lanes) {}

  ir::DimExpr lower() {
    int64_t chunk = schedule.chunk;
    size_t rank = dims.size();
    ArrayRef<ir::DimExpr> batch = ArrayRef<ir::DimExpr>(dims).drop_back(2);
    ir::DimExpr rows = dims[rank - 2];
    ir::DimExpr chunks = ir::DimExpr::ceilDiv(rows, chunk);
    forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value count = frame.size(chunks);
      Value number = arith::DivUIOp::create(inner, loc, task, count);
      Value first =
          arith::MulIOp::create(inner, loc, arith::RemUIOp::create(inner, loc, task, count), frame.constant(chunk));
      Value bound = arith::MinSIOp::create(inner, loc, offset(frame, inner, first, chunk), frame.size(rows));
      position = delinearize(frame, inner, number, batch);
      emitColumns(inner, first, bound);
      return SmallVector<Value>();
    });
    return ir::product(batch) * chunks;
  }

private:
  void emitColumns(OpBuilder &builder, Value first, Value bound) {
    ir::DimExpr columns = dims.back();
    int64_t wide = schedule.vectors * lanes;
    ir::DimExpr whole = ir::DimExpr::floorDiv(columns, wide) * wide;
    if (!whole.isConstant(0))
      forLoop(builder, loc, frame.constant(0), frame.size(whole), wide, {},
              [&](OpBuilder &inner, Value column, ValueRange) {
                emitRows(inner, first, bound, column, schedule.vectors, {});
                return SmallVector<Value>();
              });
    if (whole == columns)
      return;
    bool masked = !fillsVectors(columns, lanes);
    forLoop(builder, loc, frame.size(whole), frame.size(columns), lanes, {},
            [&](OpBuilder &inner, Value column, ValueRange) {
              Value left = arith::SubIOp::create(inner, loc, frame.size(columns), column);
              emitRows(inner, first, bound, column, 1, masked ? lanesBelow(inner, loc, left, lanes) : Value());
              return SmallVector<Value>();
            });
  }

  void emitRows(OpBuilder &builder, Value first, Value bound, Value column, int64_t vectors, Value mask) {
    auto behind = [&](OpBuilder &inner, Value row, Value height) {
      finishTile(inner, row, height, column, vectors, mask);
    };
    forRowBlocks(
        frame, builder, first, bound, schedule.rows,
        [&](OpBuilder &inner, Value row, int64_t height) { emitBlock(inner, row, height, column, vectors, mask); },
        behind);
  }

  /// The epilogue of sums that wait.
  void finishTile(OpBuilder &builder, Value row, Value height, Value column, int64_t vectors, Value mask) {
    if (!epilogue.isApart())
      return;
    epilogue.forEach(builder, height, vectors, [&](OpBuilder &inner, Value i, Value v, Value sum) {
      Position at = position;
      at.push_back({arith::AddIOp::create(inner, loc, row, i)});
      Value here =
          arith::AddIOp::create(inner, loc, column, arith::MulIOp::create(inner, loc, v, frame.constant(lanes)));
      finishSum(frame, inner, op.getResult(), sum, at, here, lanes, mask);
    });
  }

  void emitBlock(OpBuilder &builder, Value row, int64_t height, Value column, int64_t vectors, Value mask) {
    auto left = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
      ElementEmitter emitter(frame, inner);
      Position at = emitter.matrixPosition(op.getLhs(), dims, position, {offset(frame, inner, row, i)}, {k});
      return widen(inner, loc, emitter.emit(op.getLhs(), at), element, op.getUnsignedLhs());
    };
    auto right = [&](OpBuilder &inner, int64_t v, Value k) -> Value {
      ElementEmitter emitter(frame, inner, lanes, mask);
      Position at =
          emitter.matrixPosition(op.getRhs(), dims, position, {k}, {offset(frame, inner, column, v * lanes), 1});
      return widen(inner, loc, emitter.broadcastToLanes(emitter.emit(op.getRhs(), at)), element, op.getUnsignedRhs());
    };
    auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
      if (epilogue.isApart())
        return epilogue.put(inner, frame.constant(i), v, sum);
      Position at = position;
      at.push_back({offset(frame, inner, row, i)});
      finishSum(frame, inner, op.getResult(), sum, at, offset(frame, inner, column, v * lanes), lanes, mask);
    };
    emitTile(frame, builder,
             {MultiplyAdd(element, lanes), height, vectors, frame.size(lhs.back()), left, right, finish});
  }

  KernelFrame &frame;
  ir::MatmulOp op;
  Location loc;
  ir::DimVector dims, lhs;
  Type element;
  Tile schedule;
  int64_t lanes;
  TileEpilogue epilogue;
  Position position; // of the batch at hand
};

} // namespace

static ir::DimExpr lowerMatmul(KernelFrame &frame, ir::MatmulOp op) { return PlainLowering(frame, op).lower(); }

LLMC_LOWERS(ir::MatmulOp, lowerMatmul)

} // namespace llmc::codegen::cpu
