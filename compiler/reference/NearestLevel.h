// The nearest of some levels, which lie anywhere.
#ifndef LLMC_COMPILER_REFERENCE_NEARESTLEVEL_H
#define LLMC_COMPILER_REFERENCE_NEARESTLEVEL_H

#include "llvm/ADT/ArrayRef.h"
#include <cstddef>
#include <vector>

namespace llmc::reference {

class NearestLevel {
public:
  /// `numbers` has one for each code, 256 at most; NaN is none, and of equal ones the first counts.
  explicit NearestLevel(llvm::ArrayRef<float> numbers);

  /// The code of the nearest number, of two the even one; the least number's for NaN. Counting all bounds of a run
  /// takes fewer cycles than a branch that nobody can guess.
  float codeOf(double number) const {
    size_t run = codes.size() > kRun ? below(ends.data(), number) : 0;
    return codes[run * kRun + below(&bounds[run * kRun], number)];
  }

private:
  static constexpr size_t kRun = 16;

  /// How many of the bounds between the parts of a run are not greater.
  static size_t below(const double *bounds, double number) {
    size_t count = 0;
    for (size_t i = 0; i + 1 < kRun; ++i)
      count += number >= bounds[i];
    return count;
  }

  std::vector<float> codes;         // of the levels in their order, the last one again where a run is not full
  std::vector<double> bounds, ends; // the least number that belongs to the level behind each, to the run behind each
};

} // namespace llmc::reference

#endif
