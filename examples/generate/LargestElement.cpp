// Half floats are compared by their bits, without conversion.
#include "LargestElement.h"
#include "llmc/llmc.h"
#include <algorithm>
#include <functional>
#include <stdexcept>
#include <string>

/// Finite numbers of 16 bits, IEEE or bfloat16 alike, are in the order of these integers.
static int32_t order(uint16_t bits) { return bits & 0x8000 ? -(bits & 0x7fff) : bits; }

int64_t indexOfLargest(uint32_t dtype, const void *data, int64_t first, int64_t count) {
  auto search = [&](const auto *values, auto less) {
    return std::max_element(values + first, values + first + count, less) - (values + first);
  };
  switch (dtype) {
  case LLMC_DTYPE_F16:
  case LLMC_DTYPE_BF16:
    return search(static_cast<const uint16_t *>(data), [](uint16_t a, uint16_t b) { return order(a) < order(b); });
  case LLMC_DTYPE_F32:
    return search(static_cast<const float *>(data), std::less<>());
  case LLMC_DTYPE_F64:
    return search(static_cast<const double *>(data), std::less<>());
  default:
    throw std::runtime_error("the model has logits of element type " + std::to_string(dtype));
  }
}
