// How the axes of a tensor run along the rows and columns of a matrix that movement makes of it.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_MATRIXVIEW_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_MATRIXVIEW_H

#include "compiler/ir/LlmcDialect.h"

namespace llmc::passes {

/// A run of an axis: its elements stand `stride` rows, or columns, apart in the matrix.
struct Run {
  bool isColumns;
  int64_t size, stride;
};

class MatrixView {
public:
  /// A matrix of static sizes as itself.
  explicit MatrixView(mlir::Value matrix);

  mlir::Value source() const { return tensor; }
  /// Goes on to what a movement makes the source from, as long as rows and columns stay apart; whether it did.
  bool descend();
  /// An operand that broadcasts to the source.
  MatrixView operand(mlir::Value broadcast) const;

  /// How many rows have the same elements, the first of them from row 0 on; nothing where they are not neighbours, or
  /// columns are not in order.
  std::optional<int64_t> rowsAlike() const;
  /// The source as a matrix with one row for each `block` rows, which are alike.
  mlir::Value asMatrix(mlir::OpBuilder &builder, mlir::Location loc, int64_t block) const;

private:
  using Axis = llvm::SmallVector<Run, 2>; // outer runs first
  MatrixView() = default;

  bool throughTranspose(ir::TransposeOp op);
  bool throughReshape(ir::ReshapeOp op);
  bool throughSlice(ir::SliceOp op);
  bool throughExpand(ir::ExpandOp op);
  llvm::SmallVector<Run> runsOf(bool columns) const; // outer runs first

  mlir::Value tensor;
  llvm::SmallVector<Axis> axes; // an axis without runs repeats its element
  int64_t rows = 0, columns = 0;
};

} // namespace llmc::passes

#endif
