// Rows of a left side, element by element side by side in the memory of the thread: loops that jump along k find all
// rows at one place, in one cache line.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_INTERLEAVEDROWS_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_INTERLEAVEDROWS_H

#include "compiler/codegen/cpu/vectors/VectorPanel.h"

namespace llmc::codegen::cpu {

/// Elements are those that dots take: of f32, or words of 32 bits that hold a group of narrow ones.
class InterleavedRows {
public:
  /// Of at most `rows` rows of a tensor in memory.
  InterleavedRows(KernelFrame &frame, mlir::Value tensor, int64_t rows, int64_t group);

  /// Lays rows first..bound-1 side by side.
  void fill(mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound);
  /// Element number `step` of the row that was laid down as number `row`.
  mlir::Value load(mlir::OpBuilder &builder, int64_t row, mlir::Value step);
  /// Brings element number `step` of all rows near.
  void fetch(mlir::OpBuilder &builder, mlir::Value step);
  /// The same from the tensor itself, where no group is cut short at the end of a row.
  mlir::Value loadFrom(mlir::OpBuilder &builder, Position row, mlir::Value step);
  /// Whether much of them is not in the first cache when loops come to it.
  bool areFar() const;
  /// Whether all groups are whole.
  bool areWhole() const;

private:
  mlir::Value loadWords(mlir::OpBuilder &builder, Position at, mlir::Value mask);
  /// As a dot takes it.
  mlir::Value fromWord(mlir::OpBuilder &builder, mlir::Value word) const;

  KernelFrame &frame;
  mlir::Location loc;
  mlir::Value tensor;
  mlir::Type element; // of the tensor
  ir::DimVector dims;
  int64_t group, lanes;
  int64_t rows; // a multiple of the lanes
  VectorPanel panel;
};

} // namespace llmc::codegen::cpu

#endif
