// Products of what a run computes and a weight, whose elements can become fewer bits.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_PRODUCTSOFWEIGHTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_PRODUCTSOFWEIGHTS_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <vector>

namespace llmc::passes {

/// The largest byte of a weight, in both directions.
inline constexpr double kMostByte = 127;
/// How much higher bytes of left sides are stored: machines multiply bytes without signs by bytes with them.
inline constexpr int32_t kLift = 128;

struct ProductOfWeight {
  ir::MatmulOp product;
  ir::GetWeightOp weight; // its right side
};

/// Those of a matrix of floats that has room in f32, and no more rows than sums of bytes in 32 bits take, in the order
/// of the program.
std::vector<ProductOfWeight> productsOfWeights(mlir::func::FuncOp function);

/// Weights that are multiplied with the same left sides.
struct SharedLeft {
  llvm::SmallVector<mlir::Value, 0> lefts;
  std::vector<ir::GetWeightOp> weights; // one of each name
};

/// Of those products that every run computes, since they are in no branch, in their order.
std::vector<SharedLeft> sharedLefts(mlir::func::FuncOp function);

/// Rows of all batches as those of one matrix.
mlir::Value asRows(mlir::OpBuilder &builder, mlir::Value left, ir::DimAnalysis &dims);
/// Such rows of a result with the sizes that a product's result has.
mlir::Value likeProduct(mlir::OpBuilder &builder, ir::MatmulOp op, mlir::Value rows, ir::DimAnalysis &dims);

} // namespace llmc::passes

#endif
