// A matrix in scratch memory, whose rows are read and written as whole vectors.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_VECTORPANEL_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_VECTORPANEL_H

#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen::cpu {

class VectorPanel {
public:
  /// `rows` rows of `columns` elements, a multiple of the lanes.
  VectorPanel(KernelFrame &frame, mlir::Type element, const ir::DimExpr &rows, const ir::DimExpr &columns);

  /// The vector of row `row` that begins at `column`.
  mlir::Value load(mlir::OpBuilder &builder, mlir::Value row, mlir::Value column);
  mlir::Value loadElement(mlir::OpBuilder &builder, mlir::Value row, mlir::Value column);
  void store(mlir::OpBuilder &builder, mlir::Value row, mlir::Value column, mlir::Value vector);
  /// Where an element lies, and how many bytes behind it that of the next row.
  mlir::Value addressOf(mlir::OpBuilder &builder, mlir::Value row, mlir::Value column);
  mlir::Value rowBytes(mlir::OpBuilder &builder);

private:
  Index linear(mlir::OpBuilder &builder, mlir::Value row, mlir::Value column);

  KernelFrame &frame;
  mlir::Type element;
  mlir::Value columns, memory;
};

/// `rows` vectors of as many lanes, transposed in registers.
llvm::SmallVector<mlir::Value> transposeVectors(mlir::OpBuilder &builder, mlir::Location loc,
                                                llvm::SmallVector<mlir::Value> rows);

} // namespace llmc::codegen::cpu

#endif
