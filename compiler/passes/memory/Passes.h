// The passes of this family; see Passes.td.
#ifndef LLMC_COMPILER_PASSES_MEMORY_PASSES_H
#define LLMC_COMPILER_PASSES_MEMORY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace llmc::passes {

#define GEN_PASS_DECL
#include "compiler/passes/memory/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/passes/memory/Passes.h.inc"

} // namespace llmc::passes

#endif
