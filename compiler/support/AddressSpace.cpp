// The limit, and what of it is in use.
#include "compiler/support/AddressSpace.h"
#include <cstdint>
#include <cstdlib>
#include <fcntl.h>
#include <new>
#include <sys/resource.h>
#include <unistd.h>

namespace llmc {

/// Enough for the largest pass over a large model, and for the stacks and heaps of two threads that begin, which the C
/// library reserves as a whole.
static constexpr uint64_t kReserve = uint64_t(192) << 20;

/// Bytes of address space in use; 0 where the system does not tell.
static uint64_t usedAddressSpace() {
  char text[64] = "";
  int file = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return 0;
  ssize_t got = ::read(file, text, sizeof(text) - 1);
  ::close(file);
  return got > 0 ? std::strtoull(text, nullptr, 10) * static_cast<uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

void requireAddressSpace() {
  struct rlimit limit;
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
    return;
  if (usedAddressSpace() + kReserve > limit.rlim_cur)
    throw std::bad_alloc();
}

} // namespace llmc
