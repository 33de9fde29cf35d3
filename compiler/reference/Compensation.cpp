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

static std::vector<int64_t> largestFirst(const std::vector<float> &moments, int64_t rows) {
  auto own = [&](int64_t row) { return moments[row * rows + row]; };
  std::vector<int64_t> order(rows);
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](int64_t a, int64_t b) { return own(a) == own(b) ? a < b : own(a) > own(b); });
  return order;
}

/// Of rows in that order, on the diagonal and below it.
static std::vector<double> dampedMoments(const std::vector<float> &moments, llvm::ArrayRef<int64_t> order) {
  auto rows = static_cast<int64_t>(order.size());
  std::vector<double> damped(moments.size());
  double damping = dampingOf(moments, rows);
  for (int64_t i = 0; i < rows; ++i) {
    for (int64_t j = 0; j <= i; ++j)
      damped[i * rows + j] = moments[order[i] * rows + order[j]];
    damped[i * rows + i] += damping;
  }
  return damped;
}

Compensation::Compensation(const std::vector<float> &moments, int64_t rows, unsigned threads)
    : rowAt(largestFirst(moments, rows)),
      factor(dampedMoments(moments, rowAt), rows, dampingOf(moments, rows), threads) {}

void Compensation::roundRows(int64_t columns, llvm::function_ref<void(int64_t row, double *moves)> round) const {
  std::vector<double> errors(rowAt.size() * columns);
  factor.fromTheFirst({errors.data(), columns}, columns,
                      [&](int64_t place, double *moves) { round(rowAt[place], moves); });
}

} // namespace llmc::reference
