#include "compiler/codegen/cpu/lowering/PanelTasks.h"
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "compiler/codegen/kernel/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {

PanelTasks::PanelTasks(KernelFrame &frame, const PanelProduct &product, Tile tile)
    : frame(frame), loc(frame.loc()), product(product), tile(tile),
      vectorsOfPanel(product.panelColumns / product.lanes),
      panelsOfGroup(std::max<int64_t>(tile.vectors / vectorsOfPanel, 1)),
      groups(llvm::divideCeil(product.panels, panelsOfGroup)),
      lastGroup(product.panels - (groups - 1) * panelsOfGroup) {}

ir::DimExpr PanelTasks::emit(function_ref<void(OpBuilder &, Value, Value)> begin,
                             function_ref<void(OpBuilder &, const PanelRows &)> body) {
  ir::DimExpr rows = this->rows();
  ir::DimExpr chunks = ir::DimExpr::ceilDiv(rows, tile.chunk);
  // All weights pass by for each chunk, so there is none of a few rows behind large ones.
  ir::DimExpr even = ir::DimExpr::ceilDiv(rows, ir::DimExpr::max(chunks, 1));
  ir::DimExpr rowsOfChunk = ir::DimExpr::ceilDiv(even, tile.rows) * tile.rows;
  forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
    Value number = arith::DivUIOp::create(inner, loc, task, frame.constant(groups));
    Value group = arith::RemUIOp::create(inner, loc, task, frame.constant(groups));
    Value size = frame.size(rowsOfChunk), all = frame.size(rows);
    Value first = arith::MinSIOp::create(inner, loc, arith::MulIOp::create(inner, loc, number, size), all);
    Value bound = arith::MinSIOp::create(inner, loc, arith::AddIOp::create(inner, loc, first, size), all);
    begin(inner, first, bound);
    emitGroup(inner, group, first, bound, body);
    return SmallVector<Value>();
  });
  return chunks * groups;
}

void PanelTasks::emitGroup(OpBuilder &builder, Value group, Value first, Value bound,
                           function_ref<void(OpBuilder &, const PanelRows &)> body) {
  Value panel = arith::MulIOp::create(builder, loc, group, frame.constant(panelsOfGroup));
  if (lastGroup == panelsOfGroup)
    return body(builder, {panel, panelsOfGroup, first, bound});
  Value last = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, group, frame.constant(groups - 1));
  auto branch = scf::IfOp::create(builder, loc, last, /*withElseRegion=*/true);
  OpBuilder small = OpBuilder::atBlockBegin(branch.thenBlock()), whole = OpBuilder::atBlockBegin(branch.elseBlock());
  body(small, {panel, lastGroup, first, bound});
  body(whole, {panel, panelsOfGroup, first, bound});
}

Position PanelTasks::positionOf(OpBuilder &builder, Value row) {
  return delinearize(frame, builder, row, product.rows);
}

void PanelTasks::finish(OpBuilder &builder, Value panel, int64_t vector, const Position &row, Value sum) {
  Value column = offset(frame, builder, firstColumn(builder, panel), vector * product.lanes);
  finishSum(frame, builder, product.result, sum, row, column, product.lanes, columnMask(builder, column));
}

void PanelTasks::finishWaiting(OpBuilder &builder, TileEpilogue &epilogue, Value panel, int64_t panels, Value row,
                               Value height) {
  epilogue.forEach(builder, height, panels * vectorsOfPanel, [&](OpBuilder &inner, Value i, Value v, Value sum) {
    Position at = positionOf(inner, arith::AddIOp::create(inner, loc, row, i));
    Value column = arith::AddIOp::create(inner, loc, firstColumn(inner, panel),
                                         arith::MulIOp::create(inner, loc, v, frame.constant(product.lanes)));
    finishSum(frame, inner, product.result, sum, at, column, product.lanes, columnMask(inner, column));
  });
}

Value PanelTasks::firstColumn(OpBuilder &builder, Value panel) {
  return arith::MulIOp::create(builder, loc, panel, frame.constant(product.panelColumns));
}

Value PanelTasks::columnMask(OpBuilder &builder, Value column) {
  if (product.columns % product.panelColumns == 0)
    return {};
  Value left = arith::SubIOp::create(builder, loc, frame.constant(product.columns), column);
  return lanesBelow(builder, loc, left, product.lanes);
}

} // namespace llmc::codegen::cpu
