// Time that passes while something is measured.
#ifndef LLMC_TOOLS_LLMC_STOPWATCH_H
#define LLMC_TOOLS_LLMC_STOPWATCH_H

#include <chrono>

namespace llmc::tools {

using Clock = std::chrono::steady_clock;

inline double secondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

} // namespace llmc::tools

#endif
