// How sums of products with right sides in panels of columns become results.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELRESULTS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_PANELRESULTS_H

#include "compiler/codegen/cpu/lowering/TileEpilogue.h"

namespace llmc::codegen::cpu {

/// A product of rows with panels.
struct PanelProduct {
  ir::DimVector rows; // of all batches
  mlir::Value result;
  int64_t panels, panelColumns, columns; // columns end in the last panel
  int64_t lanes;                         // of a vector of sums
};

class PanelResults {
public:
  PanelResults(KernelFrame &frame, const PanelProduct &product) : frame(frame), loc(frame.loc()), product(product) {}

  ir::DimExpr rows() const { return ir::product(product.rows); }
  /// Vectors of a panel.
  int64_t perPanel() const { return product.panelColumns / product.lanes; }

  /// Where a row is.
  Position positionOf(mlir::OpBuilder &builder, mlir::Value row);
  /// Takes the sums of a vector of columns to the results.
  void finish(mlir::OpBuilder &builder, mlir::Value panel, int64_t vector, const Position &row, mlir::Value sum);
  /// The same for rows whose sums wait, of so many vectors from a panel on.
  void finishWaiting(mlir::OpBuilder &builder, TileEpilogue &epilogue, mlir::Value panel, mlir::Value vectors,
                     mlir::Value row, mlir::Value height);

protected:
  KernelFrame &frame;
  mlir::Location loc;
  PanelProduct product;

private:
  mlir::Value firstColumn(mlir::OpBuilder &builder, mlir::Value panel);
  mlir::Value columnMask(mlir::OpBuilder &builder, mlir::Value column);
};

} // namespace llmc::codegen::cpu

#endif
