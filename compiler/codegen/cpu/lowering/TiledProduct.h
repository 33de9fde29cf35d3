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

  /// The left side.
  struct Left {
    mlir::Value rows;
    int64_t words; // of 32 bits along k
    /// What is summed at once: all words, which is 0, or a part, which they are a multiple of. A part of all rows is
    /// followed by the next part of all rows.
    int64_t part = 0;
  };
  /// Of tasks with at most `rows` rows; of bytes where signs are given.
  TiledProduct(KernelFrame &frame, const Left &left, std::optional<Signs> bytes, const ir::DimExpr &rows);

  /// Begins a task, whose rows are first..bound-1.
  void begin(mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound);
  /// What is multiplied with the rows of a task.
  struct Right {
    /// Where a word of all columns of a panel is, the panels numbered from 0.
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t panel, mlir::Value word)> address;
    int64_t panels;
    FetchAhead *ahead; // of which each block of rows fetches its share; null: nothing is fetched
  };
  /// Some rows with the sums of parts that follow each other, each of which has kMostRows rows of the panel of sums.
  struct Taken {
    mlir::Value row, height, firstPart;
    int64_t parts;
  };
  /// Parts that are taken at once, so that what they are added to moves once for all of them.
  static constexpr int64_t kPartsTogether = 4;
  /// Multiplies rows first..bound-1 in blocks of `blockRows`, and hands over their sums. The panel of sums has room for
  /// one block, or where there are parts for as many as are taken at once.
  void emit(mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound, int64_t blockRows, const Right &right,
            VectorPanel &sums, llvm::function_ref<void(mlir::OpBuilder &, const Taken &)> take);
  /// Ends all tasks.
  void end(mlir::OpBuilder &builder) { tiles->release(builder); }

private:
  struct Block;
  /// Whether k ends within a tile.
  bool hasRest() const;
  bool hasParts() const { return part < words; }
  void emitRest(mlir::OpBuilder &builder, mlir::Value row, mlir::Value height, int64_t mostRows, const Block &block);
  void configure(mlir::OpBuilder &builder, const Block &block, int64_t words);
  using Move = void (MatrixTiles::*)(mlir::OpBuilder &, int64_t tile, mlir::Value pointer, mlir::Value stride);
  void moveSums(mlir::OpBuilder &builder, const Block &block, mlir::Value firstSum, Move move);
  /// A tile's words from one of a part on.
  void step(mlir::OpBuilder &builder, const Block &block, mlir::Value number, mlir::Value word);
  /// All parts of a block, each of which is taken where there are several.
  void emitBlock(mlir::OpBuilder &builder, const Block &block);
  void sumPart(mlir::OpBuilder &builder, const Block &block, mlir::Value number, mlir::Value firstSum);
  /// Where a word of a part of the left side is.
  mlir::Value leftWord(mlir::OpBuilder &builder, mlir::Value number, mlir::Value row, mlir::Value word);

  KernelFrame &frame;
  mlir::Value lhs;
  mlir::Location loc;
  int64_t words, part;  // of a row of the left side, and steps of the panels
  int64_t tileWords;    // of a whole tile
  ir::DimExpr rowBytes; // of the left side, as it lies
  std::unique_ptr<MatrixTiles> tiles;
  mlir::Value copy;     // of the task's rows, with whole words; null: they lie so
  mlir::Value firstRow; // of the task
};

} // namespace llmc::codegen::cpu

#endif
