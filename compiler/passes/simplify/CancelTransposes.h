// Transposes with maps between them that undo each other.
#ifndef LLMC_COMPILER_PASSES_SIMPLIFY_CANCELTRANSPOSES_H
#define LLMC_COMPILER_PASSES_SIMPLIFY_CANCELTRANSPOSES_H

#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"

namespace llmc::passes {

/// transpose(map(x, known)) as map(transpose(x), known), where x leads to a transpose that the first one undoes,
/// through maps that nobody else reads; null elsewhere.
mlir::Value moveBeforeMap(ir::TransposeOp op, ir::DimAnalysis &analysis);

} // namespace llmc::passes

#endif
