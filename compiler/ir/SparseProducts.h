// Products whose right sides are known to have zeros in blocks: what pruning says of them, for whoever builds kernels.
#ifndef LLMC_COMPILER_IR_SPARSEPRODUCTS_H
#define LLMC_COMPILER_IR_SPARSEPRODUCTS_H

#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {

inline constexpr llvm::StringLiteral kBlocks = "llmc.blocks"; // of products, a BlocksAttr

/// What is known of the right side; null where nothing is.
BlocksAttr blocksOf(MatmulOp product);
void setBlocks(MatmulOp product, BlocksAttr blocks);
/// For one that stands in the place of another, whose right side has zeros in the same places.
void keepBlocks(MatmulOp from, MatmulOp to);

} // namespace llmc::ir

#endif
