// Each element is a function of the seed and its place.
#include "tools/llmc/tensors/FillRandom.h"

#include "tools/llmc/tensors/ElementType.h"
#include <cmath>

using namespace llmc::tools;

// SplitMix64 of a counter: each element has its own number, and no state is carried.
static uint64_t mix(uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

RandomRange llmc::tools::defaultRandomRange(uint32_t dtype) {
  const ElementType *type = findElementType(dtype);
  return type && type->kind == ElementType::Float ? RandomRange{-1, 1} : RandomRange{0, 2};
}

void llmc::tools::fillRandom(HostTensor &tensor, uint64_t seed, RandomRange range) {
  const ElementType *type = findElementType(tensor.dtype);
  if (!type)
    return;
  if (type->kind == ElementType::Bool)
    range = {0, 2};
  for (size_t i = 0; i < tensor.elementCount(); ++i) {
    double unit = std::ldexp(static_cast<double>(mix(mix(seed) + i) >> 11), -53); // [0, 1)
    double value = range.low + unit * (range.high - range.low);
    if (type->kind != ElementType::Float)
      value = std::floor(value);
    storeElement(tensor.dtype, value, &tensor.bytes[i * type->bytes()]);
  }
}
