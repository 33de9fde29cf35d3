// Matrix registers: rows of 64 bytes that multiply each other at once. A machine's instructions, or plain code of the
// same meaning, bit by bit, which any machine runs.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_MATRIXTILES_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_MATRIXTILES_H

#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen::cpu {

/// How much of a tile is used.
struct TileSize {
  mlir::Value rows;
  int64_t bytes = 0; // of a row; 0: nobody uses the tile
};

/// The configuration as it lies in memory (palette 1).
struct TileConfiguration {
  static constexpr int64_t kBytes = 64, kPalette = 0;
  static constexpr int64_t rowBytesOf(int64_t tile) { return 16 + 2 * tile; } // 16 bits
  static constexpr int64_t rowsOf(int64_t tile) { return 48 + tile; }         // 8 bits
};

/// Tiles by number where two bands of rows meet two panels of columns: sums first, then what is on the left, and on the
/// right.
struct TileNumbers {
  static constexpr int64_t kBands = 2, kPanels = 2;
  static int64_t sum(int64_t band, int64_t panel) { return band * kPanels + panel; }
  static int64_t left(int64_t band) { return kBands * kPanels + band; }
  static int64_t right(int64_t panel) { return kBands * kPanels + kBands + panel; }
  static void forEachSum(int64_t bands, int64_t panels,
                         llvm::function_ref<void(int64_t tile, int64_t band, int64_t panel)> body) {
    for (int64_t band = 0; band < bands; ++band)
      for (int64_t panel = 0; panel < panels; ++panel)
        body(sum(band, panel), band, panel);
  }
};

/// Where tiles of one side lie, by their band or panel, and how many bytes apart their rows are.
struct TileSource {
  llvm::function_ref<mlir::Value(int64_t)> pointer;
  mlir::Value stride;
};

class MatrixTiles {
public:
  static constexpr int64_t kTiles = 8, kRows = 16, kRowBytes = 64;

  virtual ~MatrixTiles() = default;
  /// Sets the sizes of all tiles, and clears them. Takes as long as some hundred instructions.
  void configure(mlir::OpBuilder &builder, llvm::ArrayRef<TileSize> sizes);
  virtual void clear(mlir::OpBuilder &builder, int64_t tile) = 0;
  /// Rows that are `stride` bytes apart.
  virtual void load(mlir::OpBuilder &builder, int64_t tile, mlir::Value pointer, mlir::Value stride) = 0;
  virtual void store(mlir::OpBuilder &builder, int64_t tile, mlir::Value pointer, mlir::Value stride) = 0;
  /// sum += left * right, where a row of `right` holds words of all columns that go with one word of each row of
  /// `left`.
  virtual void multiply(mlir::OpBuilder &builder, int64_t sum, int64_t left, int64_t right) = 0;
  /// Fills the tiles of both sides, and adds the products of all bands and panels to their sums.
  void multiplyBlock(mlir::OpBuilder &builder, int64_t bands, int64_t panels, const TileSource &left,
                     const TileSource &right);
  /// Whoever comes next on this thread finds the tiles unused.
  virtual void release(mlir::OpBuilder &builder) = 0;

protected:
  explicit MatrixTiles(KernelFrame &frame);
  virtual void use(mlir::OpBuilder &builder) = 0; // the configuration in memory

  KernelFrame &frame;
  mlir::Location loc;
  mlir::Value configuration; // 64 bytes, as the machine wants it
};

mlir::Value bytesBehind(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value pointer, int64_t distance);
mlir::Value bytesBehind(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value pointer, mlir::Value distance);

/// For products of bf16, or of bytes where signs are given.
std::unique_ptr<MatrixTiles> matrixTiles(KernelFrame &frame, std::optional<Signs> bytes);

} // namespace llmc::codegen::cpu

#endif
