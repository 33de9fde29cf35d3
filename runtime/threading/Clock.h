// The clock of deadlines and profiles: monotonic, in nanoseconds.
#ifndef LLMC_RUNTIME_THREADING_CLOCK_H
#define LLMC_RUNTIME_THREADING_CLOCK_H

#include <cstdint>
#include <ctime>

namespace llmc::runtime {

inline uint64_t nowNs() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<uint64_t>(time.tv_sec) * 1000000000u + static_cast<uint64_t>(time.tv_nsec);
}

} // namespace llmc::runtime
#endif
