// Rows of a left side as dots of groups along k take them.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_GROUPEDROWS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_GROUPEDROWS_H

#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen::cpu {

class GroupedRows {
public:
  GroupedRows(KernelFrame &frame, mlir::Value tensor);

  bool areOfHalves() const { return element.isBF16(); }
  /// Those that are whole, where groups are of so many elements, and the one behind them where there is one.
  ir::DimExpr wholeSteps(int64_t group) const;
  ir::DimExpr lastSteps(int64_t group) const;

  /// The group of a row that begins at `k`, as words of bf16 or a vector of bytes. What is missing of the last one is
  /// zero.
  mlir::Value load(mlir::OpBuilder &builder, Position row, mlir::Value k, int64_t group, bool isLast);
  /// Two words of 32 bits. What is missing of the last ones is zero; of bf16 the second is minus zero where the whole
  /// of it is missing, which leaves every sum as it is.
  mlir::Value loadTwoWords(mlir::OpBuilder &builder, Position row, mlir::Value k, bool isLast);
  /// What a dot leaves out of the sums of a row, for each column; null where it leaves out nothing.
  mlir::Value correctionOf(mlir::OpBuilder &builder, const Position &row, const Dot &dot);

private:
  mlir::Value loadVector(mlir::OpBuilder &builder, Position row, mlir::Value k, int64_t count, mlir::Value mask);
  mlir::Value maskOfLast(mlir::OpBuilder &builder, mlir::Value k, int64_t count);

  KernelFrame &frame;
  mlir::Location loc;
  mlir::Value tensor;
  mlir::Type element;
  ir::DimExpr depth;
};

/// The bits of a vector as words of 32 bits.
mlir::Value wordsOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value vector);

} // namespace llmc::codegen::cpu

#endif
