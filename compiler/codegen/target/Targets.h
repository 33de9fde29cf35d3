// The backends that there are.
#ifndef LLMC_COMPILER_CODEGEN_TARGET_TARGETS_H
#define LLMC_COMPILER_CODEGEN_TARGET_TARGETS_H

#include "compiler/codegen/target/Target.h"

namespace llmc::codegen {

#define LLMC_TARGET(name) const Target &name##Target();
#include "compiler/codegen/target/Targets.def"
#undef LLMC_TARGET

/// All of them, in the order of the table.
llvm::ArrayRef<const Target *> targets();

} // namespace llmc::codegen

#endif
