// Weights that are rounded to codes when the artefact is written, and decoded where they are read.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H

#include "compiler/ir/CodeForm.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"

namespace llmc::passes {

/// What stands for the right side of a product, a weight with blocks along its rows, decoded to `element`. `moments`
/// are those of the left side, or null.
mlir::Value encodeMatrix(mlir::OpBuilder &builder, ir::GetWeightOp weight, ir::CodeForm form, ir::WeightOp moments,
                         mlir::Type element, ir::Recipes &recipes);

/// What stands for rows that are picked out of a weight, with blocks along each row. Null where `op` does something
/// else.
mlir::Value encodeRows(mlir::OpBuilder &builder, ir::GatherOp op, ir::CodeForm form, ir::Recipes &recipes);

} // namespace llmc::passes

#endif
