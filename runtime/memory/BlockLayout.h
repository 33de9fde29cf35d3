// Places several arrays in one block. The same function is run twice: on a null block to learn the
// size, then on the block itself to get the pointers.
#ifndef LLMC_RUNTIME_MEMORY_BLOCKLAYOUT_H
#define LLMC_RUNTIME_MEMORY_BLOCKLAYOUT_H

#include <cstddef>
#include <cstdint>

namespace llmc::runtime {

class BlockLayout {
public:
  explicit BlockLayout(void *block = nullptr) : block(static_cast<uint8_t *>(block)) {}

  // Room for `count` elements. Null while measuring.
  template <typename T> T *take(size_t count) {
    used = (used + alignof(T) - 1) / alignof(T) * alignof(T);
    T *array = block ? reinterpret_cast<T *>(block + used) : nullptr;
    used += count * sizeof(T);
    return array;
  }

  size_t bytes() const { return used; }

private:
  uint8_t *block;
  size_t used = 0;
};

} // namespace llmc::runtime
#endif
