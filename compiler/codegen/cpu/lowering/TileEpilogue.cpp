// The loop over sums that wait.
#include "compiler/codegen/cpu/lowering/TileEpilogue.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/Outlining.h"
#include "compiler/ir/ScalarBodies.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::codegen::cpu {

/// Something behind the contraction takes more than a few instructions.
static bool isLong(ir::KernelOp kernel, Operation *contraction) {
  return llvm::any_of(kernel.getBody().getOps<ir::MapOp>(),
                      [&](ir::MapOp map) { return contraction->isBeforeInBlock(map) && !ir::isCheap(map); });
}

TileEpilogue::TileEpilogue(KernelFrame &frame, Operation *contraction, Type sum, int64_t rows, int64_t vectors,
                           int64_t lanes)
    : frame(frame), lanes(lanes) {
  if (isLong(frame.kernel(), contraction) && lanes == frame.target().lanes()) // the width of a panel's vectors
    waiting.emplace(frame, sum, rows, vectors * lanes);
}

TileEpilogue::TileEpilogue(KernelFrame &frame, Type sum, const ir::DimExpr &rows, int64_t vectors)
    : frame(frame), lanes(frame.target().lanes()) {
  waiting.emplace(frame, sum, rows, vectors * lanes);
}

void TileEpilogue::put(OpBuilder &builder, Value row, int64_t vector, Value sum) {
  waiting->store(builder, row, frame.constant(vector * lanes), sum);
}

Value TileEpilogue::get(OpBuilder &builder, Value row, int64_t vector) {
  return waiting->load(builder, row, frame.constant(vector * lanes));
}

void TileEpilogue::forEach(OpBuilder &builder, Value rows, Value vectors, Finish finish) {
  Location loc = frame.loc();
  emitApart(frame, builder, "epilogue", [&](OpBuilder &apart) {
    forLoop(apart, loc, frame.constant(0), rows, 1, {}, [&](OpBuilder &outer, Value row, ValueRange) {
      forLoop(outer, loc, frame.constant(0), vectors, 1, {}, [&](OpBuilder &inner, Value vector, ValueRange) {
        Value column = arith::MulIOp::create(inner, loc, vector, frame.constant(lanes));
        finish(inner, row, vector, waiting->load(inner, row, column));
        return SmallVector<Value>();
      });
      return SmallVector<Value>();
    });
  });
}

} // namespace llmc::codegen::cpu
