// The normal equations, (H' + d) V = H'' W + d W', by a triangular factor L with L L^T = H' + d. All loops run along
// rows of memory.
#include "compiler/reference/Refit.h"
#include "compiler/reference/Compensation.h"
#include <algorithm>
#include <cmath>

namespace llmc::reference {
namespace {

/// to -= factor * from
void takeOut(double *to, const double *from, double factor, int64_t count) {
  for (int64_t j = 0; j < count; ++j)
    to[j] -= factor * from[j];
}

double dot(const double *a, const double *b, int64_t count) {
  double sums[8] = {};
  int64_t j = 0;
  for (; j + 8 <= count; j += 8)
    for (int64_t lane = 0; lane < 8; ++lane)
      sums[lane] += a[j + lane] * b[j + lane];
  for (; j < count; ++j)
    sums[0] += a[j] * b[j];
  double sum = 0;
  for (double each : sums)
    sum += each;
  return sum;
}

/// Row by row, in place; what is above the diagonal stays. No pivot is below `least` but for rounding.
void factorize(std::vector<double> &matrix, int64_t rows, double least) {
  auto at = [&](int64_t i) { return matrix.data() + i * rows; };
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < i; ++j)
      at(i)[j] = (at(i)[j] - dot(at(i), at(j), j)) / at(j)[j];
    at(i)[i] = std::sqrt(std::max(at(i)[i] - dot(at(i), at(i), i), least));
  }
}

/// Solves L L^T V = B in place.
void solve(const std::vector<double> &factor, int64_t rows, std::vector<double> &sides, int64_t columns) {
  auto side = [&](int64_t i) { return sides.data() + i * columns; };
  auto divide = [&](int64_t i) {
    std::for_each(side(i), side(i) + columns, [&](double &x) { x /= factor[i * rows + i]; });
  };
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j < i; ++j)
      takeOut(side(i), side(j), factor[i * rows + j], columns);
    divide(i);
  }
  for (int64_t i = rows - 1; i >= 0; --i) {
    divide(i);
    for (int64_t j = 0; j < i; ++j)
      takeOut(side(j), side(i), factor[i * rows + j], columns);
  }
}

} // namespace

std::vector<double> refitRows(const std::vector<float> &matrix, const std::vector<float> &moments,
                              const std::vector<int64_t> &left, int64_t columns) {
  auto count = static_cast<int64_t>(left.size());
  int64_t rows = columns ? static_cast<int64_t>(matrix.size()) / columns : 0;
  std::vector<double> wide(matrix.begin(), matrix.end()), sides(count * columns), own(count * count);
  double damping = dampingOf(moments, rows);
  if (!(damping > 0)) // moments that are all zero say nothing: the rows stay
    damping = 1;
  for (int64_t i = 0; i < count; ++i) {
    const float *moment = moments.data() + left[i] * rows;
    for (int64_t j = 0; j < count; ++j)
      own[i * count + j] = moment[left[j]];
    own[i * count + i] += damping;
    takeOut(&sides[i * columns], &wide[left[i] * columns], -damping, columns);
    for (int64_t k = 0; k < rows; ++k)
      takeOut(&sides[i * columns], &wide[k * columns], -double(moment[k]), columns);
  }
  factorize(own, count, damping);
  solve(own, count, sides, columns);
  return sides;
}

} // namespace llmc::reference
