// The element types of dtype.h as tools need them: names, sizes, conversion to and from double.
#ifndef LLMC_TOOLS_LLMC_TENSORS_ELEMENTTYPE_H
#define LLMC_TOOLS_LLMC_TENSORS_ELEMENTTYPE_H

#include "llmc/dtype.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>

namespace llmc::tools {

struct ElementType {
  enum Kind { Float, Signed, Unsigned, Bool };
  uint32_t dtype; // LLMC_DTYPE_...
  uint32_t bytes;
  Kind kind;
  const char *name; // "f32"
  const char *npy;  // "<f4"; bf16 shares "<u2" with u16, since numpy has no such type
};

// Null for a number that dtype.h does not list.
const ElementType *findElementType(uint32_t dtype);

// Null for an unknown name.
const ElementType *findElementType(llvm::StringRef name);

// The element at `data` as a double: exact but for 64-bit integers beyond 2^53.
double loadElement(uint32_t dtype, const uint8_t *data);

// Stores the nearest value of the type: floats round to nearest even, integers truncate and
// saturate, NaN becomes integer 0.
void storeElement(uint32_t dtype, double value, uint8_t *data);

} // namespace llmc::tools
#endif
