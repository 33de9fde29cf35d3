// Where the runtime's memory comes from: the application's hook, or libc. Every allocation of the
// runtime goes through here, so that a test can count them and let each fail in turn.
#ifndef LLMC_RUNTIME_MEMORY_ALLOCATOR_H
#define LLMC_RUNTIME_MEMORY_ALLOCATOR_H

#include "llmc/llmc.h"

namespace llmc::runtime {

// A value, freely copied. Thread-safe as far as the application's hook is.
class Allocator {
public:
  static constexpr size_t alignment = 64;

  Allocator(); // libc
  explicit Allocator(const llmc_allocator &hook) : hook(hook) {}

  // Memory aligned to 64 bytes, or null. `bytes` is not 0.
  void *allocate(size_t bytes) const { return hook.allocate(hook.user, bytes, alignment); }

  // `bytes` as given to allocate.
  void release(void *memory, size_t bytes) const { hook.release(hook.user, memory, bytes); }

private:
  llmc_allocator hook;
};

} // namespace llmc::runtime
#endif
