// How rows and panels of a product make tasks.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELTASKS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELTASKS_H

#include "compiler/codegen/cpu/lowering/PanelResults.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"

namespace llmc::codegen::cpu {

class TiledProduct;

/// The kernel's tile for sums of a type, no larger than matrix tiles where those multiply, with tasks of whole tiles.
Tile wholeTiles(KernelFrame &frame, mlir::Type sum, DotKind kind);

/// Panels side by side, from one on, and some of the rows.
struct PanelRows {
  mlir::Value panel;
  int64_t panels;
  mlir::Value firstRow, boundRow;
};

class PanelTasks : public PanelResults {
public:
  /// Tiles of so many rows and vectors; tasks take whole tiles.
  PanelTasks(KernelFrame &frame, const PanelProduct &product, Tile tile);

  /// Panels of a group.
  int64_t perGroup() const { return panelsOfGroup; }

  /// Task t has all rows of chunk t / groups, and group t % groups of panels; `body` comes for groups of each size.
  /// Matrix tiles, if there are any, are told of each task. Gives the number of tasks.
  ir::DimExpr emit(TiledProduct *tiled, llvm::function_ref<void(mlir::OpBuilder &, const PanelRows &)> body);

private:
  void emitGroup(mlir::OpBuilder &builder, mlir::Value group, mlir::Value first, mlir::Value bound,
                 llvm::function_ref<void(mlir::OpBuilder &, const PanelRows &)> body);

  Tile tile;
  int64_t panelsOfGroup;
  int64_t groups, lastGroup; // how many there are, panels of the last one
};

} // namespace llmc::codegen::cpu

#endif
