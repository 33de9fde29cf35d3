// Which numbers are the largest.
#ifndef LLMC_COMPILER_REFERENCE_LARGEST_H
#define LLMC_COMPILER_REFERENCE_LARGEST_H

#include <cstdint>
#include <vector>

namespace llmc::reference {

/// The places, ascending, of the `count` largest; of equal numbers the first, and NaN is larger than anything.
std::vector<int64_t> largestOf(const std::vector<double> &numbers, int64_t count);

} // namespace llmc::reference

#endif
