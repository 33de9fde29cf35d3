// The passes of this family; see Passes.td.
#ifndef LLMC_COMPILER_PASSES_SIMPLIFY_PASSES_H
#define LLMC_COMPILER_PASSES_SIMPLIFY_PASSES_H

#include "mlir/Pass/Pass.h"

namespace llmc::passes {

#define GEN_PASS_DECL
#include "compiler/passes/simplify/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/passes/simplify/Passes.h.inc"

} // namespace llmc::passes

#endif
