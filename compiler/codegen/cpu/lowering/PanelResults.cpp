#include "compiler/codegen/cpu/lowering/PanelResults.h"
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "compiler/codegen/kernel/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::codegen::cpu {

Position PanelResults::positionOf(OpBuilder &builder, Value row) {
  return delinearize(frame, builder, row, product.rows);
}

void PanelResults::finish(OpBuilder &builder, Value panel, int64_t vector, const Position &row, Value sum) {
  Value column = offset(frame, builder, firstColumn(builder, panel), vector * product.lanes);
  finishSum(frame, builder, product.result, sum, row, column, product.lanes, columnMask(builder, column));
}

void PanelResults::finishWaiting(OpBuilder &builder, TileEpilogue &epilogue, Value panel, Value vectors, Value row,
                                 Value height) {
  epilogue.forEach(builder, height, vectors, [&](OpBuilder &inner, Value i, Value v, Value sum) {
    Position at = positionOf(inner, arith::AddIOp::create(inner, loc, row, i));
    Value column = arith::AddIOp::create(inner, loc, firstColumn(inner, panel),
                                         arith::MulIOp::create(inner, loc, v, frame.constant(product.lanes)));
    finishSum(frame, inner, product.result, sum, at, column, product.lanes, columnMask(inner, column));
  });
}

Value PanelResults::firstColumn(OpBuilder &builder, Value panel) {
  return arith::MulIOp::create(builder, loc, panel, frame.constant(product.panelColumns));
}

Value PanelResults::columnMask(OpBuilder &builder, Value column) {
  if (product.columns % product.panelColumns == 0)
    return {};
  Value left = arith::SubIOp::create(builder, loc, frame.constant(product.columns), column);
  return lanesBelow(builder, loc, left, product.lanes);
}

} // namespace llmc::codegen::cpu
