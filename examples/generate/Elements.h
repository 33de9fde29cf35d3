// Elements of tensors in the types that decoders use.
#ifndef GENERATE_ELEMENTS_H
#define GENERATE_ELEMENTS_H
#include <cstdint>

/// The size of an element; throws std::runtime_error where it is no floating-point type.
uint64_t elementBytes(uint32_t dtype);

/// Which of the `count` elements behind element `first` is the largest; the first of equal ones.
int64_t indexOfLargest(uint32_t dtype, const void *data, int64_t first, int64_t count);

#endif
