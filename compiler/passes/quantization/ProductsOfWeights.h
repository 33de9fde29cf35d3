// The products that quantization is about.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_PRODUCTSOFWEIGHTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_PRODUCTSOFWEIGHTS_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <vector>

namespace llmc::passes {

/// The largest byte on each side, in both directions.
inline constexpr double kMostByte = 127;

struct ProductOfWeight {
  ir::MatmulOp product;
  ir::GetWeightOp weight; // its right side
};

/// Those of a matrix of floats that has room in f32, and no more rows than sums of bytes in 32 bits take, in the order
/// of the program.
std::vector<ProductOfWeight> productsOfWeights(mlir::func::FuncOp function);

} // namespace llmc::passes

#endif
