// Passes that ask a target; see Passes.td.
#ifndef LLMC_COMPILER_CODEGEN_TARGET_PASSES_H
#define LLMC_COMPILER_CODEGEN_TARGET_PASSES_H

#include "mlir/Pass/Pass.h"

namespace llmc::codegen {

#define GEN_PASS_DECL
#include "compiler/codegen/target/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "compiler/codegen/target/Passes.h.inc"

} // namespace llmc::codegen

#endif
