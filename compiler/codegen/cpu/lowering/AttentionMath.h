// What the loops of attention have in common, whatever lies in lanes: vectors of scores, weights and results. Both
// orders of lanes do the same arithmetic, element by element, so which one a row takes does not show in its result.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_ATTENTIONMATH_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_ATTENTIONMATH_H

#include "compiler/codegen/cpu/vectors/VectorPanel.h"
#include "compiler/codegen/kernel/Loops.h"

namespace llmc::codegen::cpu {

class AttentionMath {
public:
  static constexpr int64_t kKeys = 64; // of a block

  AttentionMath(KernelFrame &frame, ir::AttentionOp op);

protected:
  static ir::DimExpr roundUp(const ir::DimExpr &size, int64_t step);

  mlir::Value column(int64_t vector) { return frame.constant(vector * lanes); }
  mlir::Value offset(mlir::OpBuilder &builder, mlir::Value base, int64_t distance) {
    return codegen::offset(frame, builder, base, distance);
  }
  mlir::Value splat(mlir::OpBuilder &builder, double value);
  /// The larger one, in one instruction; NaN in `x` does not count, and `most` never is.
  mlir::Value larger(mlir::OpBuilder &builder, mlir::Value most, mlir::Value x);
  mlir::Value exponential(mlir::OpBuilder &builder, mlir::Value x, mlir::Value shift);
  /// What scores are reduced by: their maximum, but 0 where all have been masked so far.
  mlir::Value shiftOf(mlir::OpBuilder &builder, mlir::Value maximum);
  /// What results are divided by sums of weights with; see scaled().
  mlir::Value scaleOf(mlir::OpBuilder &builder, mlir::Value sum);
  mlir::Value scaled(mlir::OpBuilder &builder, mlir::Value vector, mlir::Value sum, mlir::Value scale);
  /// Transposes these rows of the matrix that `operand` has at a place of the batch, as many as there are lanes: they
  /// become the lanes of the panel from `column` on, and their elements its rows from `first` on.
  void transposeRows(mlir::OpBuilder &builder, mlir::Value operand, const Position &batch,
                     llvm::ArrayRef<mlir::Value> rows, VectorPanel &panel, mlir::Value first, mlir::Value column);
  /// What the region makes of scores at a position of these, in the type of the sums.
  mlir::Value applyRegion(mlir::OpBuilder &builder, mlir::Value score, const Position &at, mlir::Value mask);

  KernelFrame &frame;
  ir::AttentionOp op;
  mlir::Location loc;
  int64_t lanes;
  ir::DimVector dims, scoreDims; // of results and scores
  ir::DimExpr depth, width;      // of keys and values
  mlir::Type element;            // of sums
  bool roundsWeights = false;    // to bf16

private:
  mlir::Value isPositive(mlir::OpBuilder &builder, mlir::Value vector);
  mlir::Value convertFloat(mlir::OpBuilder &builder, mlir::Value vector);
};

} // namespace llmc::codegen::cpu

#endif
