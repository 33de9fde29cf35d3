// Softmax of one row, for those who have rows.
#ifndef LLMC_COMPILER_REFERENCE_SOFTMAXROW_H
#define LLMC_COMPILER_REFERENCE_SOFTMAXROW_H

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace llmc::reference {

/// `size` elements that lie `stride` apart; `row` has room for as many. The result may take the place of the input.
template <typename T, typename Sum>
void softmaxRow(const T *input, T *result, int64_t size, int64_t stride, std::vector<Sum> &row) {
  Sum most = -std::numeric_limits<Sum>::infinity(), total = 0;
  for (int64_t i = 0; i < size; ++i) {
    row[i] = static_cast<Sum>(input[i * stride]);
    most = row[i] > most || std::isnan(row[i]) ? row[i] : most;
  }
  for (int64_t i = 0; i < size; ++i) {
    row[i] = std::exp(row[i] - most);
    total += row[i];
  }
  for (int64_t i = 0; i < size; ++i)
    result[i * stride] = T(row[i] / total);
}

} // namespace llmc::reference

#endif
