#include "compiler/codegen/cpu/lowering/PanelTasks.h"
#include "compiler/codegen/cpu/lowering/TiledProduct.h"
#include "compiler/codegen/kernel/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;

namespace llmc::codegen::cpu {

Tile wholeTiles(KernelFrame &frame, Type sum, DotKind kind) {
  Tile tile = tileOf(frame.kernel(), sum, frame.target());
  if (kind == DotKind::Tiles) {
    tile.rows = std::min(tile.rows, TiledProduct::kMostRows);
    tile.vectors = std::min(tile.vectors, TiledProduct::kMostPanels);
  }
  tile.rows = std::min(tile.rows, tile.chunk);
  tile.chunk -= tile.chunk % tile.rows;
  return tile;
}

PanelTasks::PanelTasks(KernelFrame &frame, const PanelProduct &product, Tile tile)
    : PanelResults(frame, product), tile(tile), panelsOfGroup(std::max<int64_t>(tile.vectors / perPanel(), 1)),
      groups(llvm::divideCeil(product.panels, panelsOfGroup)),
      lastGroup(product.panels - (groups - 1) * panelsOfGroup) {}

ir::DimExpr PanelTasks::emit(TiledProduct *tiled, function_ref<void(OpBuilder &, const PanelRows &)> body) {
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
    if (tiled)
      tiled->begin(inner, first, bound);
    emitGroup(inner, group, first, bound, body);
    return SmallVector<Value>();
  });
  if (tiled)
    tiled->end(frame.builder());
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

} // namespace llmc::codegen::cpu
