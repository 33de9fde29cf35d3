// What calibration measured of a left side, for those who round what it is multiplied with: how its columns vary
// together, and what is the same in all of its rows, which a constant can make up for.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_KNOWNMEANS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_KNOWNMEANS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"

namespace llmc::passes {

/// Second moments about the means, in a recipe. `known` is a measurement of covariances, here and below.
mlir::Value covariancesOf(mlir::OpBuilder &builder, mlir::Location loc, ir::WeightOp known);

/// A new weight, a row of f32: what the means give with `weight` less what they give with what it is rounded to, which
/// `rounded` builds in a recipe. Added to the rows of a product it makes their mean what it was.
mlir::Value lossOfMeans(mlir::OpBuilder &builder, ir::GetWeightOp weight, llvm::StringRef suffix, ir::WeightOp known,
                        llvm::function_ref<mlir::Value(mlir::OpBuilder &)> rounded, ir::Recipes &recipes);

/// A tensor of floats with a row of f32 added to each of its rows.
mlir::Value addToRows(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value tensor, mlir::Value row);

} // namespace llmc::passes

#endif
