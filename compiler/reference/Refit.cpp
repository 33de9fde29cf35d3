// The normal equations, (H' + d) V = H'' W + d W'.
#include "compiler/reference/Refit.h"
#include "compiler/reference/Compensation.h"
#include "compiler/reference/TriangularFactor.h"
#include <algorithm>

namespace llmc::reference {

std::vector<double> refitRows(const std::vector<float> &matrix, const std::vector<float> &moments,
                              const std::vector<int64_t> &left, int64_t columns, unsigned threads) {
  auto count = static_cast<int64_t>(left.size());
  int64_t rows = columns ? static_cast<int64_t>(matrix.size()) / columns : 0;
  std::vector<double> wide(matrix.begin(), matrix.end()), sides(count * columns), own(count * count);
  std::vector<double> negative(count * rows); // the moments of the rows that are left, less the damping of each
  double damping = dampingOf(moments, rows);
  if (!(damping > 0)) // moments that are all zero say nothing: the rows stay
    damping = 1;
  for (int64_t i = 0; i < count; ++i) {
    const float *moment = moments.data() + left[i] * rows;
    for (int64_t j = 0; j < count; ++j)
      own[i * count + j] = moment[left[j]];
    own[i * count + i] += damping;
    std::transform(moment, moment + rows, &negative[i * rows], [](float each) { return -double(each); });
    negative[i * rows + left[i]] -= damping;
  }
  forEachStrip(threads, columns, [&](int64_t first, int64_t width) {
    subtractProduct({sides.data() + first, columns}, {negative.data(), rows, 1}, {wide.data() + first, columns},
                    {count, width, rows});
  });
  TriangularFactor(std::move(own), count, damping, threads).solve({sides.data(), columns}, columns);
  return sides;
}

} // namespace llmc::reference
