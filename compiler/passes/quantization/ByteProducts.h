// Products of bytes in place of products of floats and weights.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_BYTEPRODUCTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_BYTEPRODUCTS_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::passes {

/// For a module. Weights are made by recipes; those that several products have are made once.
class ByteProducts {
public:
  ByteProducts(mlir::ModuleOp module, ir::Recipes &recipes);

  /// Whether data have told anything of left sides.
  bool knowSteps() const { return !extents.empty(); }

  /// With a step for each row of the left side, found in each run.
  mlir::Value withStepsOfRows(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::DimAnalysis &dims);
  /// With a step and a center for each column of the left side, where data have told them; with steps of rows where
  /// they haven't, since not every run computes the product.
  mlir::Value withKnownSteps(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::DimAnalysis &dims);

private:
  struct Left;
  struct Bytes;

  Left leftOf(mlir::OpBuilder &builder, ir::WeightOp known);
  Bytes bytesOf(mlir::OpBuilder &builder, ir::GetWeightOp weight, mlir::StringRef suffix, const Left *left);
  mlir::Value lossOf(mlir::OpBuilder &builder, ir::GetWeightOp weight, ir::WeightOp known, const Bytes &bytes);
  mlir::Value biasOf(mlir::OpBuilder &builder, ir::GetWeightOp weight, const Left &left, const Bytes &bytes);

  mlir::ModuleOp module;
  ir::Recipes &recipes;
  llvm::StringMap<ir::WeightOp> extents, variations; // by weights
};

} // namespace llmc::passes

#endif
