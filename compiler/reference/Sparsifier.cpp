// Columns of blocks are independent of each other: each has rows of its own that stay, and is fitted anew by itself.
// Of columns of single numbers there are too many for that.
#include "compiler/reference/Sparsifier.h"
#include "compiler/reference/Largest.h"
#include "compiler/reference/Refit.h"
#include "compiler/reference/SparseFit.h"
#include <algorithm>

namespace llmc::reference {

Sparsifier::Sparsifier(const std::vector<float> &matrix, int64_t rows, Pattern pattern, std::vector<float> moments,
                       unsigned threads)
    : matrix(matrix), moments(std::move(moments)), rows(rows),
      columns(rows ? static_cast<int64_t>(matrix.size()) / rows : 0), pattern(pattern), threads(threads) {
  if (std::all_of(this->moments.begin(), this->moments.end(), [](float moment) { return moment == 0; }))
    this->moments.clear();
}

std::vector<float> Sparsifier::numbersOf(Strip strip) const {
  std::vector<float> numbers;
  for (int64_t row = 0; row < rows; ++row) {
    auto from = matrix.begin() + row * columns + strip.first;
    numbers.insert(numbers.end(), from, from + strip.columns);
  }
  return numbers;
}

/// Those of blocks without which the product changes most, each by itself.
std::vector<int64_t> Sparsifier::rowsLeft(Strip strip, const std::vector<float> &numbers) const {
  int64_t blocks = (rows + pattern.rows - 1) / pattern.rows;
  std::vector<double> importance(blocks);
  for (int64_t row = 0; row < rows; ++row) {
    double weight = moments.empty() ? 1 : moments[row * rows + row];
    for (int64_t column = 0; column < strip.columns; ++column) {
      double number = numbers[row * strip.columns + column];
      importance[row / pattern.rows] += weight * number * number;
    }
  }
  std::vector<int64_t> left;
  for (int64_t first = 0; first < blocks; first += pattern.span) {
    int64_t count = std::min(pattern.span, blocks - first);
    std::vector<double> span(importance.begin() + first, importance.begin() + first + count);
    for (int64_t block : largestOf(span, pattern.kept))
      for (int64_t row = (first + block) * pattern.rows; row < std::min((first + block + 1) * pattern.rows, rows);
           ++row)
        left.push_back(row);
  }
  return left;
}

std::vector<float> Sparsifier::result() const {
  if (!moments.empty() && pattern.rows == 1 && pattern.columns == 1)
    return SparseFit(moments, rows, pattern.kept, pattern.span).fit(matrix, columns, threads);
  std::vector<float> result(matrix.size());
  for (int64_t first = 0; first < columns; first += pattern.columns) {
    Strip strip = {first, std::min(pattern.columns, columns - first)};
    std::vector<float> numbers = numbersOf(strip);
    std::vector<int64_t> left = rowsLeft(strip, numbers);
    std::vector<double> refit;
    if (!moments.empty())
      refit = refitRows(numbers, moments, left, strip.columns, threads);
    for (size_t i = 0; i < left.size(); ++i)
      for (int64_t column = 0; column < strip.columns; ++column)
        result[left[i] * columns + first + column] = refit.empty()
                                                         ? numbers[left[i] * strip.columns + column]
                                                         : static_cast<float>(refit[i * strip.columns + column]);
  }
  return result;
}

} // namespace llmc::reference
