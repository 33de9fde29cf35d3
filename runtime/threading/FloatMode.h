// Rounding and denormals as IEEE 754 has them, whatever the application set for its threads: the
// same input gives the same output on each of them. Restores the application's mode at the end.
#ifndef LLMC_RUNTIME_THREADING_FLOATMODE_H
#define LLMC_RUNTIME_THREADING_FLOATMODE_H

#ifdef __x86_64__
#include <xmmintrin.h>
#else
#include <cstdint>
#endif

namespace llmc::runtime {

class FloatMode {
public:
  FloatMode() : theirs(get()) { set(ours); }
  ~FloatMode() { set(theirs); }
  FloatMode(const FloatMode &) = delete;
  FloatMode &operator=(const FloatMode &) = delete;

private:
#ifdef __x86_64__
  using Word = unsigned;
  static constexpr Word ours = 0x1f80; // round to nearest, all exceptions masked, no flushing
  static Word get() { return _mm_getcsr(); }
  static void set(Word word) { _mm_setcsr(word); }
#else // aarch64
  using Word = uint64_t;
  static constexpr Word ours = 0; // likewise
  static Word get() {
    Word word;
    __asm__ volatile("mrs %0, fpcr" : "=r"(word));
    return word;
  }
  static void set(Word word) { __asm__ volatile("msr fpcr, %0" : : "r"(word)); }
#endif
  Word theirs;
};

} // namespace llmc::runtime
#endif
