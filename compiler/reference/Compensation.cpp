#include "compiler/reference/Compensation.h"
#include <algorithm>
#include <numeric>

namespace llmc::reference {

double dampingOf(const std::vector<float> &moments, int64_t rows) {
  constexpr double share = 0.01;
  double sum = 0;
  for (int64_t row = 0; row < rows; ++row)
    sum += moments[row * rows + row];
  return share * sum / static_cast<double>(rows);
}

Compensation::Compensation(const std::vector<float> &moments, int64_t rows)
    : rows(rows), rowAt(rows), shares(moments.size()) {
  auto own = [&](int64_t row) { return moments[row * rows + row]; };
  std::iota(rowAt.begin(), rowAt.end(), 0);
  std::sort(rowAt.begin(), rowAt.end(),
            [&](int64_t a, int64_t b) { return own(a) == own(b) ? a < b : own(a) > own(b); });
  double damping = dampingOf(moments, rows);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j <= i; ++j)
      shares[i * rows + j] = moments[rowAt[i] * rows + rowAt[j]];
    shares[i * rows + i] += damping;
  }
  factorize(damping);
}

// From the last place to the first: what is left of the moments of the places before is what they have without it. In
// blocks, whose rows stay in the cache while those of others pass. `least` is what no pivot is below but for rounding.
void Compensation::factorize(double least) {
  constexpr int64_t kBlock = 64;
  auto at = [&](int64_t i) { return shares.data() + i * rows; };
  std::vector<double> pivots(rows);
  auto takeOut = [&](int64_t place, int64_t row) {
    double *to = at(row), factor = at(place)[row] * pivots[place];
    const double *from = at(place);
    for (int64_t j = 0; j <= row; ++j)
      to[j] -= factor * from[j];
  };
  auto takeOutFour = [&](int64_t place, int64_t row) { // and the three before, so that the row passes once
    double *to = at(row);
    const double *a = at(place), *b = at(place - 1), *c = at(place - 2), *d = at(place - 3);
    double fa = a[row] * pivots[place], fb = b[row] * pivots[place - 1], fc = c[row] * pivots[place - 2],
           fd = d[row] * pivots[place - 3];
    for (int64_t j = 0; j <= row; ++j)
      to[j] -= fa * a[j] + fb * b[j] + fc * c[j] + fd * d[j];
  };
  for (int64_t end = rows; end > 0; end -= std::min(kBlock, end)) {
    int64_t first = std::max<int64_t>(end - kBlock, 0);
    for (int64_t place = end - 1; place >= first; --place) {
      pivots[place] = std::max(at(place)[place], least);
      for (int64_t j = 0; j < place; ++j)
        at(place)[j] /= pivots[place];
      for (int64_t row = first; row < place; ++row)
        takeOut(place, row);
    }
    for (int64_t row = 0; row < first; ++row) {
      int64_t place = end - 1;
      for (; place - first >= 3; place -= 4)
        takeOutFour(place, row);
      for (; place >= first; --place)
        takeOut(place, row);
    }
  }
}

} // namespace llmc::reference
