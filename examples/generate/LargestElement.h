// Logits in the types that decoders use.
#ifndef GENERATE_LARGESTELEMENT_H
#define GENERATE_LARGESTELEMENT_H
#include <cstdint>

/// Which of the `count` elements behind element `first` is the largest; the first of equal ones. Throws
/// std::runtime_error where they are no floating-point numbers.
int64_t indexOfLargest(uint32_t dtype, const void *data, int64_t first, int64_t count);

#endif
