// Rounding and denormals as IEEE 754 has them, whatever the application set for its threads: the
// same input gives the same output on each of them. Restores the application's mode at the end.
#ifndef LLMC_RUNTIME_THREADING_FLOATMODE_H
#define LLMC_RUNTIME_THREADING_FLOATMODE_H

#ifdef __x86_64__
#include <xmmintrin.h>
#endif

namespace llmc::runtime {

class FloatMode {
public:
#ifdef __x86_64__
  FloatMode() : theirs(_mm_getcsr()) { _mm_setcsr(ours); }
  ~FloatMode() { _mm_setcsr(theirs); }
#else
  FloatMode() = default;
#endif
  FloatMode(const FloatMode &) = delete;
  FloatMode &operator=(const FloatMode &) = delete;

#ifdef __x86_64__
private:
  static constexpr unsigned ours = 0x1f80; // round to nearest, all exceptions masked, no flushing
  unsigned theirs;
#endif
};

} // namespace llmc::runtime
#endif
