// All operations of the dialect, for its manual.
#ifndef LLMC_IR_DIALECT_OPS
#define LLMC_IR_DIALECT_OPS

include "compiler/ir/LlmcOps.td"
include "compiler/ir/ops/Encoding.td"

#endif
