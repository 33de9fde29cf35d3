// Attention of one query, as a step of a decoder has: lanes are keys for the scores, and elements for the values, so
// that keys and values are read as they lie, in whole vectors.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_SINGLEQUERY_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_SINGLEQUERY_H

#include "compiler/codegen/cpu/lowering/AttentionMath.h"
#include "compiler/codegen/cpu/vectors/VectorPanel.h"

namespace llmc::codegen::cpu {

class SingleQuery : AttentionMath {
public:
  SingleQuery(KernelFrame &frame, ir::AttentionOp op);

  /// Computes and stores the row of query `number` of the batch at `batch`.
  void emit(mlir::OpBuilder &builder, const Position &batch, mlir::Value number);

private:
  void clearResult(mlir::OpBuilder &builder);
  llvm::SmallVector<mlir::Value> emitKeys(mlir::OpBuilder &builder, mlir::Value start, mlir::ValueRange now);
  void transposeKeys(mlir::OpBuilder &builder, mlir::Value start, mlir::Value count);
  mlir::Value emitScores(mlir::OpBuilder &builder, mlir::Value start, mlir::Value count, mlir::Value maximum);
  mlir::Value emitWeights(mlir::OpBuilder &builder, mlir::Value count, mlir::Value shift, mlir::Value sum);
  void addValues(mlir::OpBuilder &builder, mlir::Value start, mlir::Value count, mlir::Value correction);
  void addValues(mlir::OpBuilder &builder, mlir::Value start, mlir::Value count, mlir::Value correction,
                 mlir::Value place, int64_t vectors, mlir::Value mask);
  void storeRow(mlir::OpBuilder &builder, mlir::Value sum);

  VectorPanel keys;            // of a block, in lanes
  VectorPanel weights, result; // one row each
  Position position;           // of the batch
  mlir::Value query;
};

} // namespace llmc::codegen::cpu

#endif
