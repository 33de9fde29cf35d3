// A matrix whose columns have numbers in few rows, each column in rows of its own, near to another one in what a
// product makes of it.
#ifndef LLMC_COMPILER_REFERENCE_SPARSEFIT_H
#define LLMC_COMPILER_REFERENCE_SPARSEFIT_H

#include <cstdint>
#include <vector>

namespace llmc::reference {

/// With `moments` X^T X, columns v with `kept` numbers in each `span` rows for which X v is near to X w by least
/// squares, and v to w in so far as the data say little. Rows go in rounds: each takes those that count least of what
/// the one before left, and moves the others to make up for them.
class SparseFit {
public:
  /// `moments` has a row and a column for each of `rows` rows, and is not all zero.
  SparseFit(std::vector<float> moments, int64_t rows, int64_t kept, int64_t span);

  /// The same for each column of a matrix of `columns` columns, on so many threads.
  std::vector<float> fit(const std::vector<float> &matrix, int64_t columns, unsigned threads) const;

  /// Some columns at a time, whose sums stay in registers: row by row, a row of each.
  static constexpr int64_t kStrip = 16;

private:
  using Strip = std::vector<float>;

  void fitStrip(const Strip &wanted, Strip &found) const;
  void choose(const Strip &found, int64_t count, Strip &stays) const;
  void improve(const Strip &wanted, const Strip &stays, int steps, Strip &found) const;
  void multiply(const Strip &strip, const Strip &stays, Strip &product) const;

  std::vector<float> moments;
  int64_t rows, kept, span;
};

} // namespace llmc::reference

#endif
