// Shares of rows, and the loop that fetches.
#include "compiler/codegen/cpu/vectors/FetchAhead.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::codegen::cpu {

FetchAhead::FetchAhead(KernelFrame &frame, OpBuilder &builder, Value weights, PanelBlock next, Nearness nearness,
                       Value rows, Value wanted)
    : frame(frame), loc(frame.loc()), weights(weights), next(next), nearness(nearness) {
  Value all = arith::CeilDivUIOp::create(builder, loc, frame.constant(next.steps), rows);
  perRow = arith::SelectOp::create(builder, loc, wanted, all, frame.constant(0));
}

FetchAhead::Share FetchAhead::shareOf(OpBuilder &builder, Value rowsBefore, Value rows) {
  auto turns = static_cast<int64_t>(llvm::divideCeil(next.steps, kStepsAhead));
  Value all = arith::MulIOp::create(builder, loc, perRow, rows);
  Value before = arith::MulIOp::create(builder, loc, perRow, rowsBefore);
  return {arith::AddIOp::create(builder, loc, next.step, before),
          arith::CeilDivUIOp::create(builder, loc, all, frame.constant(turns))};
}

void FetchAhead::fetch(OpBuilder &builder, const Share &share, Value stepsBefore) {
  Value turn = arith::DivUIOp::create(builder, loc, stepsBefore, frame.constant(kStepsAhead));
  Value first =
      arith::AddIOp::create(builder, loc, share.first, arith::MulIOp::create(builder, loc, turn, share.count));
  Value bound = arith::AddIOp::create(builder, loc, first, share.count);
  // In most runs it turns once or twice.
  forLoop(builder, loc, first, bound, 1, {}, [&](OpBuilder &inner, Value step, ValueRange) {
    keepRolled(inner.getInsertionBlock()->getParentOp());
    for (int64_t i = 0; i < next.panels; ++i) {
      Value zero = frame.constant(0);
      Position at = {{offset(frame, inner, next.panel, i)}, {step}, {zero}, {zero}};
      ElementEmitter(frame, inner).prefetch(weights, at, nearness);
    }
    return SmallVector<Value>();
  });
}

} // namespace llmc::codegen::cpu
