// Kernels without an anchor: maps and movement, vectors along the last axis.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"

using namespace mlir;

namespace llmc::codegen::cpu {

ir::DimExpr lowerPointwise(KernelFrame &frame) {
  ir::DimVector dims = frame.dims(frame.results().front().tensor);
  if (dims.empty()) // a scalar
    return rowLoop(frame, 1, 1, [&](OpBuilder &builder, Value) { ElementEmitter(frame, builder).storeResults({}); });
  ir::DimExpr columns = dims.back();
  int64_t lanes = columns.isConstant(1) ? 1 : frame.target().lanes();
  ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(dims).drop_back();
  return rowLoop(frame, ir::product(outer), rowsPerTask(columns), [&](OpBuilder &builder, Value row) {
    Position position = delinearize(frame, builder, row, outer);
    vectorLoop(frame, builder, columns, lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
      Position at = position;
      at.push_back({start, lanes > 1 ? 1 : 0});
      ElementEmitter(frame, inner, lanes, mask).storeResults(at);
      return SmallVector<Value>();
    });
  });
}

} // namespace llmc::codegen::cpu
