// The operation that rounds weights to codes. Recipes alone have it, so what deals with graphs need not know it.
#ifndef LLMC_COMPILER_IR_ENCODING_H
#define LLMC_COMPILER_IR_ENCODING_H

#include "compiler/ir/LlmcDialect.h"

#define GET_OP_CLASSES
#include "compiler/ir/EncodingOps.h.inc"

#endif
