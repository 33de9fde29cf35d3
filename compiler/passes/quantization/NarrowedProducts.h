// Products of weights of 16 bits, whose sums have 32.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_NARROWEDPRODUCTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_NARROWEDPRODUCTS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"

namespace llmc::passes {

/// What stands for a product whose sums are f32 and whose right side is a weight: one of bf16. Null for others.
mlir::Value narrowProduct(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes);
/// The same for a convolution, which becomes a product of its windows.
mlir::Value narrowConvolution(mlir::OpBuilder &builder, ir::ConvOp op, ir::GetWeightOp weight, ir::Recipes &recipes,
                              ir::DimAnalysis &dims);
/// What stands for rows that are picked out of a weight of f32: those of bf16, widened. Null for other weights.
mlir::Value narrowRows(mlir::OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes);

/// What stands for a product of f32 whose right side is a weight: the same left side, and a weight of f16. Null for
/// others.
mlir::Value productWithHalves(mlir::OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes);
/// What stands for rows that are picked out of a matrix of f32: those of f16, widened. Null for other weights.
mlir::Value rowsOfHalves(mlir::OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes);

} // namespace llmc::passes

#endif
