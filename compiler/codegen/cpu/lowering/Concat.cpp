// Results that are put together of parts: each part is stored by loops and tasks of its own, so nobody asks of an
// element which part it is of. What a context keeps as a state is in its place already, and has no tasks.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// The position in the whole of one in a part that begins at `first`.
Position shifted(KernelFrame &frame, OpBuilder &builder, Position position, size_t axis, const ir::DimExpr &first) {
  if (!first.isConstant(0))
    position[axis].base = arith::AddIOp::create(builder, frame.loc(), position[axis].base, frame.size(first));
  return position;
}

ir::DimExpr storePart(KernelFrame &frame, ir::ConcatOp op, Value part, const ir::DimExpr &first) {
  ir::DimVector dims = frame.dims(op.getResult());
  dims[op.getAxis()] = frame.dims(part)[op.getAxis()];
  ir::DimExpr columns = dims.back();
  int64_t lanes = columns.isConstant(1) ? 1 : frame.target().lanes();
  ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(dims).drop_back();
  ir::DimExpr rows = ir::product(outer) * frame.mustBeStored(part);
  return rowLoop(frame, rows, rowsPerTask(columns), [&](OpBuilder &builder, Value row) {
    Position position = delinearize(frame, builder, row, outer);
    vectorLoop(frame, builder, columns, lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
      Position at = position;
      at.push_back({start, lanes > 1 ? 1 : 0});
      ElementEmitter emitter(frame, inner, lanes, mask);
      Value element = emitter.emit(part, at);
      Position whole = shifted(frame, inner, at, op.getAxis(), first);
      emitter.bind(op.getResult(), whole, element);
      emitter.storeResults(whole);
      return SmallVector<Value>();
    });
  });
}

} // namespace

ir::DimExpr lowerConcat(KernelFrame &frame, ir::ConcatOp op) {
  ir::DimExpr tasks = 0, first = 0;
  for (Value part : op.getInputs()) {
    tasks = frame.follow(tasks, [&] { return storePart(frame, op, part, first); });
    first = first + frame.dims(part)[op.getAxis()];
  }
  return tasks;
}

} // namespace llmc::codegen::cpu
