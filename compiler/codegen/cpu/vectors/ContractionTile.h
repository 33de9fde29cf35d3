// The register tile that all contractions share: rows x vectors of accumulators over a loop along k, then the epilogue
// on the accumulators. Each accumulator sums its products in the order of k, whatever the tile, so a row's result
// depends on nothing but the row.
#ifndef LLMC_COMPILER_CODEGEN_CPU_VECTORS_CONTRACTIONTILE_H
#define LLMC_COMPILER_CODEGEN_CPU_VECTORS_CONTRACTIONTILE_H

#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/kernel/Loops.h"

namespace llmc::codegen::cpu {

struct ContractionTile {
  const Dot &dot;
  int64_t rows, vectors;
  mlir::Value steps; // along k
  /// Loads, as the dot takes them: of a row of the left side, and a vector of the right side.
  llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t row, mlir::Value step)> left;
  llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t vector, mlir::Value step)> right;
  /// Takes a finished accumulator.
  llvm::function_ref<void(mlir::OpBuilder &, int64_t row, int64_t vector, mlir::Value sum)> finish;
  /// What an accumulator begins with; without it zero.
  llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t row, int64_t vector)> begin = nullptr;
  /// The left side of step number `steps`, whose group k does not fill; only with a dot of groups, and only if it is
  /// said.
  llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t row, mlir::Value step)> lastLeft = nullptr;
  mlir::Value lastSteps = {}; // 1, or 0 where k fills its groups
  /// The right side of that step, where it is not read as the others are.
  llvm::function_ref<mlir::Value(mlir::OpBuilder &, int64_t vector, mlir::Value step)> lastRight = nullptr;
  /// Steps in one turn of the loop. What several of them read is loaded once: they stand at a multiple of this, and a
  /// constant behind it.
  int64_t turn = 1;
  /// Where the loop begins; without it at step 0.
  mlir::Value firstStep = {};
  /// Begins every kStepsAhead steps of the loop: fetches some of what is read behind it.
  llvm::function_ref<void(mlir::OpBuilder &, mlir::Value step)> fetchAhead = nullptr;
};

constexpr int64_t kStepsAhead = 16;

void emitTile(KernelFrame &frame, mlir::OpBuilder &builder, const ContractionTile &tile);

/// Splits rows first..bound-1 evenly into blocks of at most `most` rows; the body is emitted once for each height, what
/// comes behind it once for all.
void forRowBlocks(KernelFrame &frame, mlir::OpBuilder &builder, mlir::Value first, mlir::Value bound, int64_t most,
                  llvm::function_ref<void(mlir::OpBuilder &, mlir::Value row, int64_t height)> body,
                  llvm::function_ref<void(mlir::OpBuilder &, mlir::Value row, mlir::Value height)> behind = nullptr);

} // namespace llmc::codegen::cpu

#endif
