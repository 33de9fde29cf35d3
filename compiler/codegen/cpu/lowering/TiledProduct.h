// Products with panels of weights in a machine's matrix tiles: up to 32 rows and two panels at once, which are four
// tiles of sums, two of the left side and two of the right one.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEDPRODUCT_H
#define LLMC_COMPILER_CODEGEN_CPU_LOWERING_TILEDPRODUCT_H

#include "compiler/codegen/cpu/vectors/FetchAhead.h"
#include "compiler/codegen/cpu/vectors/MatrixTiles.h"
#include "compiler/codegen/cpu/vectors/VectorPanel.h"

namespace llmc::codegen::cpu {

class TiledProduct {
public:
  static constexpr int64_t kMostRows = TileNumbers::kBands * MatrixTiles::kRows, kMostPanels = TileNumbers::kPanels;

  /// Of tasks with at most `rows` rows.
  TiledProduct(KernelFrame &frame, ir::PackedMatmulOp op, const ir::DimExpr &rows);

  /// Begins a task, whose rows are first..bound-1.
  void begin(mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound);
  /// What is multiplied with the rows of a task.
  struct Right {
    mlir::Value panel;
    int64_t panels;    // from that one on
    FetchAhead *ahead; // of which each block of rows fetches its share; null: nothing is fetched
  };
  /// Multiplies rows first..bound-1 in blocks of `blockRows`, and hands over each, whose sums are the first rows of
  /// `sums`.
  void emit(mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound, int64_t blockRows, const Right &right,
            VectorPanel &sums, llvm::function_ref<void(mlir::OpBuilder &, mlir::Value row, mlir::Value height)> finish);
  /// Ends all tasks.
  void end(mlir::OpBuilder &builder) { tiles->release(builder); }

private:
  struct Block;
  /// Whether k ends within a tile.
  bool hasRest() const;
  void emitRest(mlir::OpBuilder &builder, mlir::Value row, mlir::Value height, int64_t mostRows, const Right &right,
                VectorPanel &sums);
  void configure(mlir::OpBuilder &builder, const Block &block, int64_t words);
  using Move = void (MatrixTiles::*)(mlir::OpBuilder &, int64_t tile, mlir::Value pointer, mlir::Value stride);
  void moveSums(mlir::OpBuilder &builder, const Block &block, Move move);
  void step(mlir::OpBuilder &builder, const Block &block, mlir::Value word);
  void emitBlock(mlir::OpBuilder &builder, const Block &block);
  /// Where a word of the left side is.
  mlir::Value leftWord(mlir::OpBuilder &builder, mlir::Value row, mlir::Value word);

  KernelFrame &frame;
  ir::PackedMatmulOp op;
  mlir::Location loc;
  int64_t words;        // of a row of the left side, and steps of the panels
  ir::DimExpr rowBytes; // of the left side, as it lies
  std::unique_ptr<MatrixTiles> tiles;
  mlir::Value copy;     // of the task's rows, with whole words; null: they lie so
  mlir::Value firstRow; // of the task
};

} // namespace llmc::codegen::cpu

#endif
