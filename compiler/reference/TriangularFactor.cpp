#include "compiler/reference/TriangularFactor.h"
#include "compiler/support/Parallel.h"
#include <algorithm>

namespace llmc::reference {

/// Rows that are not halved any more.
static constexpr int64_t kFew = 8;

TriangularFactor::TriangularFactor(std::vector<double> matrix, int64_t rows, double least, unsigned threads)
    : elements(std::move(matrix)), pivots(rows), count(rows), threads(threads) {
  factorize(0, rows, least);
}

// From the last row to the first: what is left of the matrix before is what it has without it.
void TriangularFactor::factorize(int64_t first, int64_t end, double least) {
  if (end - first > kFew) {
    int64_t middle = first + (end - first) / 2;
    factorize(middle, end, least);
    takeOut(first, middle, end);
    return factorize(first, middle, least);
  }
  for (int64_t k = end - 1; k >= first; --k) {
    pivots[k] = std::max(row(k)[k], least);
    std::for_each(row(k), row(k) + k, [&](double &element) { element /= pivots[k]; });
    takeOut(first, k, k + 1);
  }
}

/// The rows from `middle` to `end` out of those from `first` to `middle`. Above the diagonal, which nobody reads,
/// anything may be left.
void TriangularFactor::takeOut(int64_t first, int64_t middle, int64_t end) {
  constexpr int64_t kTogether = 64;
  constexpr int64_t kWorthThreads = 1 << 24; // multiplications
  bool isLarge = (middle - first) * middle * (end - middle) > kWorthThreads;
  int64_t parts = (middle - first + kTogether - 1) / kTogether;
  forEachInParallel(isLarge ? threads : 1, parts, [&](int64_t part) {
    int64_t from = first + part * kTogether, to = std::min(from + kTogether, middle);
    StridedMatrix left = {row(middle) + from, 1, count, pivots.data() + middle};
    subtractProduct({row(from), count}, left, {row(middle), count}, {to - from, to, end - middle});
  });
}

void TriangularFactor::fromTheFirst(MatrixRows<double> matrix, int64_t columns,
                                    llvm::function_ref<void(int64_t index, double *row)> visit) const {
  fromTheFirst(0, count, matrix, columns, visit);
}

void TriangularFactor::fromTheFirst(int64_t first, int64_t end, MatrixRows<double> matrix, int64_t columns,
                                    llvm::function_ref<void(int64_t index, double *row)> visit) const {
  auto takeOut = [&](int64_t from, int64_t middle, int64_t to) {
    subtractProduct({matrix.row(middle), matrix.stride}, {row(middle) + from, count, 1},
                    {matrix.row(from), matrix.stride}, {to - middle, columns, middle - from});
  };
  if (end - first > kFew) {
    int64_t middle = first + (end - first) / 2;
    fromTheFirst(first, middle, matrix, columns, visit);
    takeOut(first, middle, end);
    return fromTheFirst(middle, end, matrix, columns, visit);
  }
  for (int64_t i = first; i < end; ++i) {
    takeOut(first, i, i + 1);
    visit(i, matrix.row(i));
  }
}

/// Solves U^T V = B in place.
void TriangularFactor::fromTheLast(int64_t first, int64_t end, MatrixRows<double> matrix, int64_t columns) const {
  if (end - first <= 1)
    return;
  int64_t middle = first + (end - first) / 2;
  fromTheLast(middle, end, matrix, columns);
  subtractProduct({matrix.row(first), matrix.stride}, {row(middle) + first, 1, count},
                  {matrix.row(middle), matrix.stride}, {middle - first, columns, end - middle});
  fromTheLast(first, middle, matrix, columns);
}

void TriangularFactor::solve(MatrixRows<double> sides, int64_t columns) const {
  forEachStrip(threads, columns, [&](int64_t first, int64_t width) {
    MatrixRows<double> strip = {sides.data + first, sides.stride};
    fromTheLast(0, count, strip, width);
    for (int64_t i = 0; i < count; ++i)
      std::for_each(strip.row(i), strip.row(i) + width, [&](double &side) { side /= pivots[i]; });
    fromTheFirst(strip, width, [](int64_t, double *) {});
  });
}

void forEachStrip(unsigned threads, int64_t columns, llvm::function_ref<void(int64_t first, int64_t count)> work) {
  constexpr int64_t kStrip = 64; // rows of so many stay in the cache
  forEachInParallel(threads, (columns + kStrip - 1) / kStrip,
                    [&](int64_t strip) { work(strip * kStrip, std::min(kStrip, columns - strip * kStrip)); });
}

} // namespace llmc::reference
