// What is left of a matrix when rows go, changed to make up for them.
#ifndef LLMC_COMPILER_REFERENCE_REFIT_H
#define LLMC_COMPILER_REFERENCE_REFIT_H

#include <cstdint>
#include <vector>

namespace llmc::reference {

/// The matrix V, a row for each of `left`, with the least sum of squares of X W - X' V, and of V less the rows of W in
/// so far as the data say little. `moments` are X^T X, and X' the columns of X that are left; W has `columns` columns.
std::vector<double> refitRows(const std::vector<float> &matrix, const std::vector<float> &moments,
                              const std::vector<int64_t> &left, int64_t columns, unsigned threads);

} // namespace llmc::reference

#endif
