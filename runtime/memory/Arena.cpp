// Growth: exactly what is asked for at first, then by an eighth at least, so that a sequence which
// gets longer with each run costs a few allocations and not one per run.
#include "memory/Arena.h"

using namespace llmc::runtime;

bool Arena::reserve(uint64_t bytes) {
  if (bytes <= blockBytes)
    return true;
  uint64_t generous = blockBytes + blockBytes / 8;
  trim();
  return (generous > bytes && take(generous)) || take(bytes);
}

bool Arena::take(uint64_t bytes) {
  block = static_cast<uint8_t *>(allocator.allocate(bytes));
  blockBytes = block ? bytes : 0;
  return block != nullptr;
}

void Arena::trim() {
  if (block)
    allocator.release(block, blockBytes);
  block = nullptr;
  blockBytes = 0;
}
