// What a model takes and gives, read off its function.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MODELINTERFACE_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MODELINTERFACE_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "compiler/ir/DimAnalysis.h"

namespace llmc::codegen {

/// Appends inputs, outputs and symbols. Works at every stage of the compiler; where sizes have not been resolved yet,
/// texts of outputs hold opaque symbols.
void describeInterface(mlir::func::FuncOp model, ir::DimAnalysis &dims, ModelFacts &facts);

/// The values that a symbol may take, for people: "1 to 512", "at least 0".
std::string rangeText(const SymbolFacts &symbol);

} // namespace llmc::codegen

#endif
