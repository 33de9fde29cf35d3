// Products of bytes and codes of a few bits in place of products of floats.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_CODEDPRODUCTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_CODEDPRODUCTS_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/quantization/EncodedWeights.h"

namespace llmc::passes {

/// A right side: a byte for each code, and a scale and a zero, which is a code, for each block of a column. Without
/// zeros all blocks have `commonZero`.
struct CodedMatrix {
  mlir::Value codes, scales, zeros;
  int64_t commonZero = 0;
};

/// Whether bytes can be multiplied with such codes.
bool canMultiply(const ir::CodeForm &form);

/// What stands for a product whose right side is that: the left side's rows become bytes, with a step for each block of
/// them, and the codes lie in panels of `panel` columns.
mlir::Value multiplyByCodes(mlir::OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &right,
                            const ir::CodeForm &form, int64_t panel, ir::DimAnalysis &dims);

/// The same for a weight, which becomes codes. `known` are covariances of the left side, or null.
mlir::Value codedProduct(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, const ir::CodeForm &form,
                         int64_t panel, ir::WeightOp known, ir::Recipes &recipes, ir::DimAnalysis &dims);

} // namespace llmc::passes

#endif
