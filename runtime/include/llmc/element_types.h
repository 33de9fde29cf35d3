// The rows of element_types.def for C++: for the runtime, the compiler and the tools alike.
#ifndef LLMC_ELEMENT_TYPES_H
#define LLMC_ELEMENT_TYPES_H

#include "llmc/dtype.h"
#include <cstddef>
#include <cstdint>

namespace llmc {

struct ElementType {
  enum Kind { Float, Signed, Unsigned, Bool };
  uint32_t dtype; // LLMC_DTYPE_...
  uint32_t bits;
  Kind kind;
  const char *name;     // "f32"
  const char *constant; // "LLMC_DTYPE_F32"
  const char *cType;    // "float"
  const char *npy;      // "<f4"

  // Of an element that stands alone, and what its address is a multiple of.
  constexpr uint32_t bytes() const { return (bits + 7) / 8; }
};

inline constexpr ElementType elementTypes[] = {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy)                                                \
  {number, bits, ElementType::kind, text, "LLMC_DTYPE_" #name, #c_type, npy},
#include "llmc/element_types.def"
};

// Null for a number that the table lacks.
constexpr const ElementType *findElementType(uint32_t dtype) {
  for (const ElementType &type : elementTypes)
    if (type.dtype == dtype)
      return &type;
  return nullptr;
}

// For messages.
constexpr const char *nameOfElementType(uint32_t dtype) {
  const ElementType *type = findElementType(dtype);
  return type ? type->name : "unknown";
}

// Bytes of a row of `count` elements: it ends in a whole byte. False where they are more than 63 bits can count.
constexpr bool rowBytes(uint32_t bits, int64_t count, int64_t &bytes) {
  int64_t perByte = bits < 8 ? 8 / bits : 1;
  return !__builtin_mul_overflow(count / perByte + (count % perByte != 0), int64_t{bits < 8 ? 1 : bits / 8}, &bytes);
}

// Bytes of a tensor whose elements take `bits` each. False where a dim is negative or the size exceeds 63 bits.
constexpr bool tensorBytes(uint32_t bits, const int64_t *dims, size_t rank, uint64_t &bytes) {
  bool empty = false;
  for (size_t axis = 0; axis < rank; ++axis) {
    if (dims[axis] < 0)
      return false;
    empty |= dims[axis] == 0;
  }
  bytes = 0;
  if (empty)
    return true;
  int64_t product = 0;
  if (!rowBytes(bits, rank ? dims[rank - 1] : 1, product))
    return false;
  for (size_t axis = 0; axis + 1 < rank; ++axis)
    if (__builtin_mul_overflow(product, dims[axis], &product))
      return false;
  bytes = static_cast<uint64_t>(product);
  return true;
}

} // namespace llmc
#endif
