// Size and name of each element type of dtype.h.
#ifndef LLMC_RUNTIME_API_DTYPE_H
#define LLMC_RUNTIME_API_DTYPE_H

#include "llmc/dtype.h"
#include <cstdint>

namespace llmc::runtime {

struct Dtype {
  uint32_t bytes; // 0: a type that the runtime does not know
  const char *name;
};

inline Dtype describeDtype(uint32_t dtype) {
  switch (dtype) {
  case LLMC_DTYPE_F32:
    return {4, "f32"};
  case LLMC_DTYPE_U8:
    return {1, "u8"};
  case LLMC_DTYPE_I8:
    return {1, "i8"};
  case LLMC_DTYPE_U16:
    return {2, "u16"};
  case LLMC_DTYPE_I16:
    return {2, "i16"};
  case LLMC_DTYPE_I32:
    return {4, "i32"};
  case LLMC_DTYPE_I64:
    return {8, "i64"};
  case LLMC_DTYPE_BOOL:
    return {1, "bool"};
  case LLMC_DTYPE_F16:
    return {2, "f16"};
  case LLMC_DTYPE_F64:
    return {8, "f64"};
  case LLMC_DTYPE_U32:
    return {4, "u32"};
  case LLMC_DTYPE_U64:
    return {8, "u64"};
  case LLMC_DTYPE_BF16:
    return {2, "bf16"};
  }
  return {0, "unknown"};
}

// Bytes of a tensor. False when a dim is negative or the product exceeds 63 bits.
inline bool tensorBytes(uint32_t dtype, const int64_t *dims, uint32_t rank, uint64_t &bytes) {
  int64_t product = describeDtype(dtype).bytes;
  for (uint32_t axis = 0; axis < rank; ++axis)
    if (dims[axis] < 0 || __builtin_mul_overflow(product, dims[axis], &product))
      return false;
  bytes = static_cast<uint64_t>(product);
  return true;
}

} // namespace llmc::runtime
#endif
