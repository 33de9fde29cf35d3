// The default allocator, on libc.
#include "memory/Allocator.h"

#include <cstdlib>

using namespace llmc::runtime;

static void *allocateFromLibc(void *, size_t bytes, size_t alignment) {
  void *memory = nullptr;
  return posix_memalign(&memory, alignment, bytes) == 0 ? memory : nullptr;
}

static void releaseToLibc(void *, void *memory, size_t) { free(memory); }

Allocator::Allocator() : hook{sizeof(llmc_allocator), nullptr, allocateFromLibc, releaseToLibc} {}
