// Products whose right sides are known to have zeros in blocks: what pruning says of them, for whoever builds kernels.
#ifndef LLMC_COMPILER_IR_SPARSEPRODUCTS_H
#define LLMC_COMPILER_IR_SPARSEPRODUCTS_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kBlocks = "llmc.blocks"; // of products, a BlocksAttr
inline constexpr llvm::StringLiteral kZeros = "llmc.zeros";   // of modules, lists of BlocksAttr by the names of weights

/// What is known of the right side; null where nothing is.
BlocksAttr blocksOf(MatmulOp product);
void setBlocks(MatmulOp product, BlocksAttr blocks);
/// For one that stands in the place of another, whose right side has zeros in the same places.
void keepBlocks(MatmulOp from, MatmulOp to);

/// A product of a matrix of floats that recipes can change, and is not empty: its weight; null otherwise.
GetWeightOp matrixOf(MatmulOp product);

/// What was counted in a weight, with blocks of so many rows; null where nobody has counted.
BlocksAttr zerosOf(mlir::ModuleOp module, llvm::StringRef weight, int64_t rows);
void addZeros(mlir::ModuleOp module, llvm::StringRef weight, BlocksAttr blocks);

} // namespace llmc::ir

#endif
