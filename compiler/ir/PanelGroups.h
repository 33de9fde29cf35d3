// How rows of weights lie side by side in panels.
#ifndef LLMC_COMPILER_IR_PANELGROUPS_H
#define LLMC_COMPILER_IR_PANELGROUPS_H

#include "mlir/IR/BuiltinTypes.h"

namespace llmc::ir {

/// How many rows: instructions that multiply bytes take four at once, those that multiply bf16 two.
inline int64_t groupOf(mlir::Type element) { return element.isInteger(8) ? 4 : element.isBF16() ? 2 : 1; }

} // namespace llmc::ir

#endif
