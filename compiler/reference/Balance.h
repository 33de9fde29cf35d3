// What each side of a product bears of rounding both to bytes.
#ifndef LLMC_COMPILER_REFERENCE_BALANCE_H
#define LLMC_COMPILER_REFERENCE_BALANCE_H

#include <vector>

namespace llmc::reference {

/// Of each column of a left side.
struct Balance {
  std::vector<float> centers, steps;
};

/// What `llmc.balance` means, on row-major arrays.
Balance balanceOf(const std::vector<float> &extents, const std::vector<std::vector<float>> &matrices);

} // namespace llmc::reference

#endif
