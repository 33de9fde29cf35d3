// What a block of results of a convolution sees of its group's input, in the memory of the thread: with zeros for what
// lies beyond the input, and under a stride along the last axis each phase of a row (every stride-th element, from the
// first, the second, ... on) by itself. So the lanes of a vector of results find what a tap shows them side by side,
// and no tap asks where the input ends.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_CONVINPUT_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_CONVINPUT_H

#include "compiler/codegen/kernel/ElementEmitter.h"

namespace llmc::codegen::cpu {

/// Results that are computed from one such input: vectors along the last axis, rows along the one before, one element
/// along others.
struct ConvBlock {
  ir::DimExpr rows, vectors;
};

class ConvInput {
public:
  ConvInput(KernelFrame &frame, ir::ConvOp op, mlir::Type element, int64_t lanes, const ConvBlock &block);

  /// For results from `first` on along the spatial axes, `vectors` of them along the last.
  void fill(mlir::OpBuilder &builder, mlir::Value batch, mlir::Value firstChannel, llvm::ArrayRef<mlir::Value> first,
            mlir::Value vectors);
  /// Where a vector of results finds its first tap.
  mlir::Value placeOf(mlir::OpBuilder &builder, mlir::Value row, mlir::Value vector);
  /// From one tap to the next along an axis of the filter, other than the last.
  const ir::DimExpr &stepAlong(size_t axis) const { return steps[axis]; }
  /// From one row of the input to the next along the axis before the last.
  const ir::DimExpr &rowDistance() const { return distances.end()[-2]; }
  /// What `tap` along the last axis shows a vector of results.
  mlir::Value load(mlir::OpBuilder &builder, mlir::Value place, mlir::Value tap);

private:
  using Source = Position; // in the input

  void findWholeVectors(mlir::OpBuilder &builder);
  void fillRows(mlir::OpBuilder &builder, Source source, mlir::Value place, mlir::Value inside);
  void fillRow(mlir::OpBuilder &builder, const Source &source, mlir::Value place, mlir::Value inside);
  void copyVectors(mlir::OpBuilder &builder, const Source &source, mlir::Value start, mlir::Value place, bool isWhole);
  /// Every step-th element of a row from `start` on. Unless they are known to lie in the row, zeros beyond it.
  mlir::Value read(mlir::OpBuilder &builder, Source source, mlir::Value start, int64_t count, int64_t step,
                   bool isWhole);
  void store(mlir::OpBuilder &builder, mlir::Value place, int64_t phase, mlir::Value vector);

  KernelFrame &frame;
  ir::ConvOp op;
  mlir::Location loc;
  mlir::Type element;
  int64_t lanes, stride, dilation; // the latter along the last axis
  int64_t phases;
  ir::DimVector input;
  ir::DimExpr channels, beyond, pitch; // elements of a row behind those of tap 0, and of a row in memory
  ir::DimVector extents;               // rows along spatial axes
  ir::DimVector distances, steps;      // by axes of the input and of the filter
  mlir::Value memory;
  llvm::SmallVector<mlir::Value> origin;              // of what is being filled, along the spatial axes
  mlir::Value vectorsOfRow, firstWhole, wholeVectors; // those that lie in the row follow each other
};

} // namespace llmc::codegen::cpu

#endif
