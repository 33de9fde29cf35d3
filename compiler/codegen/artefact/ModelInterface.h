// What a model takes and gives, read off its function.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MODELINTERFACE_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MODELINTERFACE_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/ir/DimAnalysis.h"

namespace llmc::codegen {

/// Fails with a message where inputs or outputs are no tensors that a compiled model can take or give. Imported models
/// pass; functions that people wrote may not.
llvm::LogicalResult checkInterface(mlir::func::FuncOp model);

/// Of a function that has passed the check. Appends inputs, outputs and states, and sets the rules of sizes. Works at
/// every stage of the compiler; where sizes have not been resolved yet, texts of outputs hold opaque symbols.
void describeInterface(mlir::func::FuncOp model, ir::DimAnalysis &dims, ModelFacts &facts);

} // namespace llmc::codegen

#endif
