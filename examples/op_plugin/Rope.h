// The rope dialect; see Rope.td.
#ifndef ROPE_H
#define ROPE_H

#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

#include "RopeDialect.h.inc"

#define GET_OP_CLASSES
#include "Rope.h.inc"

#endif
