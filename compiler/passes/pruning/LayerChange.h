// How much a layer changes what goes through it.
#ifndef LLMC_COMPILER_PASSES_PRUNING_LAYERCHANGE_H
#define LLMC_COMPILER_PASSES_PRUNING_LAYERCHANGE_H

#include "compiler/passes/pruning/LayerFinder.h"

namespace llmc::passes {

/// Adds a result to a function for each layer, as ir::Measure::Changes has it.
void measureChanges(mlir::func::FuncOp function, llvm::ArrayRef<Layer> layers);

} // namespace llmc::passes

#endif
