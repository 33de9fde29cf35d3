// Weights that are rounded to codes when the artefact is written, and decoded where they are read.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H

#include "compiler/ir/CodeForm.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"

namespace llmc::passes {

/// The results of encoding a weight, as weights that recipes make.
struct EncodedWeight {
  mlir::Value codes, scales, zeros; // no zeros where all blocks have the same
};

/// `known` are covariances of what the weight is multiplied with, or null; codes that are `apart` rows apart share a
/// byte.
EncodedWeight encodeWeight(mlir::OpBuilder &builder, ir::GetWeightOp weight, const ir::CodeForm &form,
                           llvm::StringRef suffix, ir::WeightOp known, ir::Recipes &recipes, int64_t apart = 1);
/// The same in a recipe.
EncodedWeight readAgain(mlir::OpBuilder &builder, const EncodedWeight &encoded);

/// What stands for a product whose right side is a weight: the same product, of a weight that is decoded, with blocks
/// along its rows. `known` are covariances of the left side, or null.
mlir::Value productWithCodes(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::CodeForm form,
                             ir::WeightOp known, ir::Recipes &recipes);

/// What stands for rows that are picked out of a weight, with blocks along each row. Null where `op` does something
/// else.
mlir::Value encodeRows(mlir::OpBuilder &builder, ir::GatherOp op, ir::CodeForm form, ir::Recipes &recipes);

} // namespace llmc::passes

#endif
