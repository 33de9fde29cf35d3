// Debug lines for code that no one has written: a line is a node of the model.
#ifndef LLMC_COMPILER_CODEGEN_CPU_LLVM_DEBUGLINES_H
#define LLMC_COMPILER_CODEGEN_CPU_LLVM_DEBUGLINES_H

#include "compiler/codegen/artefact/NodeListing.h"
#include "mlir/IR/BuiltinOps.h"

namespace llmc::codegen::cpu {

/// Gives all code of a module in the LLVM dialect lines of the listing in place of its locations.
llvm::LogicalResult addDebugLines(mlir::ModuleOp code, const NodeListing &nodes);

} // namespace llmc::codegen::cpu

#endif
