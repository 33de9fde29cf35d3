// How much room elements take in memory, in weights and in tensors alike.
#ifndef LLMC_COMPILER_IR_ELEMENTBYTES_H
#define LLMC_COMPILER_IR_ELEMENTBYTES_H

#include "mlir/IR/BuiltinTypes.h"

namespace llmc::ir {

/// A bool takes a byte, an index a word.
inline int64_t elementBytes(mlir::Type element) {
  return element.isIndex() ? 8 : (element.getIntOrFloatBitWidth() + 7) / 8;
}

} // namespace llmc::ir

#endif
