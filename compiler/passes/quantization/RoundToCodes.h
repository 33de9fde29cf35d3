// Floats as the nearest codes, with a scale and a zero for each block.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_ROUNDTOCODES_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_ROUNDTOCODES_H

#include "mlir/IR/Builders.h"

namespace llmc::passes {

/// How many bits a code has, and how many rows of a column have one scale and zero.
struct CodeFormat {
  int64_t bits, block;
};

/// What `llmc.decode` makes a matrix of floats from again, as nearly as codes of this format can. Each is built by
/// itself, from those before it.
class RoundToCodes {
public:
  RoundToCodes(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value matrix, CodeFormat format);

  mlir::Value scales();
  mlir::Value zeros(mlir::Value scales);
  mlir::Value codes(mlir::Value scales, mlir::Value zeros);

private:
  /// Of each block, and 0.
  struct Extremes {
    mlir::Value least, most;
  };
  using ScalarBody = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::ValueRange)>;
  mlir::Value map(mlir::ValueRange tensors, ScalarBody body);
  mlir::Value reduce(mlir::Value tensor, ScalarBody body);
  Extremes extremes();
  mlir::Value centersOf(const Extremes &extremes);
  mlir::Value zerosFor(mlir::Value scales, mlir::Value centers);
  mlir::Value errorOf(mlir::Value scales, mlir::Value centers);
  mlir::Value perBlock(mlir::Value matrix);
  mlir::Value asMatrix(mlir::Value perBlock);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  CodeFormat format;
  int64_t rows, columns, count; // of the matrix; blocks of a column
  mlir::Value blocks;           // [count, block, columns]
};

} // namespace llmc::passes

#endif
