// Weights that are rounded to codes when the artefact is written, and decoded where they are read.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_ENCODEDWEIGHTS_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/quantization/RoundToCodes.h"

namespace llmc::passes {

/// What stands for the right side of a product, a weight with blocks along its rows.
mlir::Value encodeMatrix(mlir::OpBuilder &builder, ir::GetWeightOp weight, CodeFormat format, ir::Recipes &recipes);

/// What stands for rows that are picked out of a weight: bytes, with one scale a row. Null where `op` does something
/// else.
mlir::Value encodeRows(mlir::OpBuilder &builder, ir::GatherOp op, ir::Recipes &recipes);

} // namespace llmc::passes

#endif
