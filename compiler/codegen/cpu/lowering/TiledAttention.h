// The two products of attention in a machine's matrix tiles, of a block of keys and a chunk of queries. Scores are keys
// times queries, results values times weights, so queries are columns in both, as they are lanes in all around them.
// What is on the left is a row for each key, and one for each element of a value; on the right lie words of two
// elements, and of two keys.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEDATTENTION_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEDATTENTION_H

#include "compiler/codegen/cpu/lowering/AttentionMath.h"
#include "compiler/codegen/cpu/vectors/HalfWords.h"
#include "compiler/codegen/cpu/vectors/MatrixTiles.h"
#include "compiler/codegen/cpu/vectors/VectorPanel.h"

namespace llmc::codegen::cpu {

class TiledAttention : AttentionMath {
public:
  static constexpr int64_t kKeys = 128; // of a block: what is done once for it is worth the more, the more it has
  static constexpr int64_t kRows = TileNumbers::kBands * MatrixTiles::kRows; // of a product at once

  /// With `chunks` chunks of `chunk` queries.
  TiledAttention(KernelFrame &frame, ir::AttentionOp op, int64_t chunks, int64_t chunk);

  /// Before all tasks, and behind them.
  void begin(mlir::OpBuilder &builder);
  void end(mlir::OpBuilder &builder) { tiles->release(builder); }

  /// A chunk's queries, as many as a vector has lanes, which become columns from `column` on.
  void setQueries(mlir::OpBuilder &builder, const Position &batch, llvm::ArrayRef<mlir::Value> rows, mlir::Value chunk,
                  mlir::Value column);
  /// Keys and values start..start+count-1.
  void copyBlock(mlir::OpBuilder &builder, const Position &batch, mlir::Value start, mlir::Value count);
  /// Scores of all of these keys for `vectors` vectors of queries.
  void multiplyKeys(mlir::OpBuilder &builder, mlir::Value chunk, mlir::Value count, int64_t vectors,
                    VectorPanel &scores);
  /// Keys, with those that complete the last tile.
  mlir::Value wholeKeys(mlir::OpBuilder &builder, mlir::Value count);
  /// Sets what weighs the values of a key, which is even, and of the next one.
  void setWeights(mlir::OpBuilder &builder, mlir::Value key, int64_t vector, mlir::Value first, mlir::Value second);
  /// Adds the values of as many keys, weighed, to the rows of `results` from `firstResult` on.
  void addValues(mlir::OpBuilder &builder, mlir::Value count, int64_t vectors, VectorPanel &results,
                 mlir::Value firstResult);

private:
  /// sums[first..first+31] += what lies in rows of `left` times the words of `right`.
  void multiply(mlir::OpBuilder &builder, VectorPanel &left, mlir::Value firstLeft, VectorPanel &right,
                mlir::Value firstRight, mlir::Value words, VectorPanel &sums, mlir::Value firstSum, int64_t vectors,
                bool isFirst);
  mlir::Value loadRow(mlir::OpBuilder &builder, mlir::Value operand, const Position &batch, mlir::Value row,
                      mlir::Value column, const ir::DimExpr &columns);
  mlir::Value neighbours(mlir::OpBuilder &builder, mlir::Value operand, const Position &batch, mlir::Value row,
                         mlir::Value word);
  void copyKeys(mlir::OpBuilder &builder, const Position &batch, mlir::Value start, mlir::Value count);
  void copyValues(mlir::OpBuilder &builder, const Position &batch, mlir::Value start, mlir::Value count, bool isWhole);

  HalfWords halves;
  std::unique_ptr<MatrixTiles> tiles;
  ir::DimExpr depthWords, widthRows; // whole tiles of them
  VectorPanel queryWords, keys;      // words along the depth: in columns for queries, in rows for keys
  VectorPanel weightWords, values;   // words of two keys: in columns for weights, in rows for elements of values
};

} // namespace llmc::codegen::cpu

#endif
