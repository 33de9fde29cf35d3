// One block of memory that lives from run to run and only grows. A run that needs no more than an
// earlier one allocates nothing.
#ifndef LLMC_RUNTIME_MEMORY_ARENA_H
#define LLMC_RUNTIME_MEMORY_ARENA_H

#include "memory/Allocator.h"

namespace llmc::runtime {

class Arena {
public:
  explicit Arena(const Allocator &allocator) : allocator(allocator) {}
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  ~Arena() { trim(); }

  // Makes room for `bytes`, aligned to 64. What the arena held is lost when it grows. The old block
  // goes before the new one comes, so the peak is one block; on failure the arena is empty.
  bool reserve(uint64_t bytes);

  // Gives the block back.
  void trim();

  uint8_t *data() const { return block; }
  uint64_t capacity() const { return blockBytes; }

private:
  bool take(uint64_t bytes);

  Allocator allocator;
  uint8_t *block = nullptr;
  uint64_t blockBytes = 0;
};

} // namespace llmc::runtime
#endif
