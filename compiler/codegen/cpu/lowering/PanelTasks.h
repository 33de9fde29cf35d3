// What products with right sides in panels of columns have in common: how rows and panels make tasks, and how sums
// become results.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELTASKS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELTASKS_H

#include "compiler/codegen/cpu/lowering/TileEpilogue.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"

namespace llmc::codegen::cpu {

/// A product of rows with panels.
struct PanelProduct {
  ir::DimVector rows; // of all batches
  mlir::Value result;
  int64_t panels, panelColumns, columns; // columns end in the last panel
  int64_t lanes;                         // of a vector of sums
};

/// Panels side by side, from one on, and some of the rows.
struct PanelRows {
  mlir::Value panel;
  int64_t panels;
  mlir::Value firstRow, boundRow;
};

class PanelTasks {
public:
  /// Tiles of so many rows and vectors; tasks take whole tiles.
  PanelTasks(KernelFrame &frame, const PanelProduct &product, Tile tile);

  ir::DimExpr rows() const { return ir::product(product.rows); }
  /// Vectors of a panel, and panels of a group.
  int64_t perPanel() const { return vectorsOfPanel; }
  int64_t perGroup() const { return panelsOfGroup; }

  /// Task t has all rows of chunk t / groups, and group t % groups of panels. `begin` comes once for a task, `body` for
  /// groups of each size. Gives the number of tasks.
  ir::DimExpr emit(llvm::function_ref<void(mlir::OpBuilder &, mlir::Value first, mlir::Value bound)> begin,
                   llvm::function_ref<void(mlir::OpBuilder &, const PanelRows &)> body);

  /// Where a row is.
  Position positionOf(mlir::OpBuilder &builder, mlir::Value row);
  /// Takes the sums of a vector of columns to the results.
  void finish(mlir::OpBuilder &builder, mlir::Value panel, int64_t vector, const Position &row, mlir::Value sum);
  /// The same for rows whose sums wait.
  void finishWaiting(mlir::OpBuilder &builder, TileEpilogue &epilogue, mlir::Value panel, int64_t panels,
                     mlir::Value row, mlir::Value height);

private:
  void emitGroup(mlir::OpBuilder &builder, mlir::Value group, mlir::Value first, mlir::Value bound,
                 llvm::function_ref<void(mlir::OpBuilder &, const PanelRows &)> body);
  mlir::Value firstColumn(mlir::OpBuilder &builder, mlir::Value panel);
  mlir::Value columnMask(mlir::OpBuilder &builder, mlir::Value column);

  KernelFrame &frame;
  mlir::Location loc;
  PanelProduct product;
  Tile tile;
  int64_t vectorsOfPanel, panelsOfGroup;
  int64_t groups, lastGroup; // how many there are, panels of the last one
};

} // namespace llmc::codegen::cpu

#endif
