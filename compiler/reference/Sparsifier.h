// Matrices with zeros where numbers count least.
#ifndef LLMC_COMPILER_REFERENCE_SPARSIFIER_H
#define LLMC_COMPILER_REFERENCE_SPARSIFIER_H

#include <cstdint>
#include <vector>

namespace llmc::reference {

/// What `llmc.sparsify` means, on row-major arrays.
class Sparsifier {
public:
  /// Blocks of `rows` x `columns`, of which `kept` of each `span` below each other stay.
  struct Pattern {
    int64_t rows, columns, kept, span;
  };

  /// `moments`, the second moments of what the matrix is multiplied with, has a row and a column for each of its `rows`
  /// rows, or is empty. Those that are all zero say nothing.
  Sparsifier(const std::vector<float> &matrix, int64_t rows, Pattern pattern, std::vector<float> moments,
             unsigned threads);

  std::vector<float> result() const;

private:
  /// The columns of the matrix that one column of blocks has.
  struct Strip {
    int64_t first, columns;
  };

  std::vector<int64_t> rowsLeft(Strip strip, const std::vector<float> &numbers) const;
  std::vector<float> numbersOf(Strip strip) const;

  const std::vector<float> &matrix;
  std::vector<float> moments;
  int64_t rows, columns;
  Pattern pattern;
  unsigned threads;
};

} // namespace llmc::reference

#endif
