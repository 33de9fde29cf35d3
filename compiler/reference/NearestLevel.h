// The nearest of some levels, which lie anywhere.
#ifndef LLMC_COMPILER_REFERENCE_NEARESTLEVEL_H
#define LLMC_COMPILER_REFERENCE_NEARESTLEVEL_H

#include "llvm/ADT/ArrayRef.h"
#include <cstddef>
#include <vector>

namespace llmc::reference {

class NearestLevel {
public:
  /// `numbers` has one for each code; NaN is none, and of equal ones the first counts.
  explicit NearestLevel(llvm::ArrayRef<float> numbers);

  /// The code of the nearest number, of two the even one; the least number's for NaN. The same steps for all, so that
  /// no processor has to guess which come next.
  float codeOf(double number) const {
    size_t place = 0;
    for (size_t half = codes.size() / 2; half > 0; half /= 2)
      place += number >= bounds[place + half - 1] ? half : 0;
    return codes[place];
  }

private:
  std::vector<float> codes;   // of the levels in their order, the last as often as it takes to a power of two
  std::vector<double> bounds; // the least number that belongs to the level behind each
};

} // namespace llmc::reference

#endif
