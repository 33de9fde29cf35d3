// Conjugate gradients on the rows that stay, of all columns of a strip at once: the moments are read once for them, and
// a few steps come near to what solving equations for each column by itself would give, which costs their cube.
#include "compiler/reference/SparseFit.h"
#include "compiler/reference/Compensation.h"
#include "compiler/reference/Largest.h"
#include "compiler/support/Parallel.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace llmc::reference {

static constexpr int kRounds = 4;
static constexpr int kSteps = 3, kLastSteps = 6; // of a round, and of the last one

/// The sums of `count` rows of the moments with a strip. Each runs by itself, in the order of rows: how many pass at
/// once changes none.
template <int64_t count>
[[gnu::always_inline]] static inline void multiplyRows(const float *moments, const float *strip, int64_t rows,
                                                       float *product) {
#pragma clang fp contract(off)
  constexpr int64_t width = SparseFit::kStrip;
  float sums[count][width] = {};
  for (int64_t k = 0; k < rows; ++k)
    for (int64_t i = 0; i < count; ++i)
      for (int64_t j = 0; j < width; ++j)
        sums[i][j] += moments[i * rows + k] * strip[k * width + j];
  for (int64_t i = 0; i < count; ++i)
    std::copy_n(sums[i], width, product + i * width);
}

[[gnu::always_inline]] static inline void multiplyAll(const float *moments, const float *strip, int64_t rows,
                                                      float *product) {
  constexpr int64_t together = 4;
  int64_t row = 0;
  for (; row + together <= rows; row += together)
    multiplyRows<together>(moments + row * rows, strip, rows, product + row * SparseFit::kStrip);
  for (; row < rows; ++row)
    multiplyRows<1>(moments + row * rows, strip, rows, product + row * SparseFit::kStrip);
}

using Multiply = void (*)(const float *moments, const float *strip, int64_t rows, float *product);

#ifdef __x86_64__
[[gnu::target("avx2")]] static void multiplyWide(const float *moments, const float *strip, int64_t rows,
                                                 float *product) {
  multiplyAll(moments, strip, rows, product);
}
#endif

static void multiplyAnywhere(const float *moments, const float *strip, int64_t rows, float *product) {
  multiplyAll(moments, strip, rows, product);
}

/// The same numbers on every machine, on some of them sooner.
static Multiply multiplyHere() {
#ifdef __x86_64__
  if (__builtin_cpu_supports("avx2"))
    return multiplyWide;
#endif
  return multiplyAnywhere;
}

SparseFit::SparseFit(std::vector<float> moments, int64_t rows, int64_t kept, int64_t span)
    : moments(std::move(moments)), rows(rows), kept(kept), span(span) {
  auto damping = static_cast<float>(dampingOf(this->moments, rows));
  for (int64_t row = 0; row < rows; ++row)
    this->moments[row * rows + row] += damping;
}

std::vector<float> SparseFit::fit(const std::vector<float> &matrix, int64_t columns, unsigned threads) const {
  std::vector<float> result(matrix.size());
  forEachInParallel(threads, (columns + kStrip - 1) / kStrip, [&](int64_t strip) {
    int64_t first = strip * kStrip, count = std::min(kStrip, columns - first);
    Strip wanted(rows * kStrip), found;
    for (int64_t row = 0; row < rows; ++row)
      std::copy_n(&matrix[row * columns + first], count, &wanted[row * kStrip]);
    fitStrip(wanted, found);
    for (int64_t row = 0; row < rows; ++row)
      std::copy_n(&found[row * kStrip], count, &result[row * columns + first]);
  });
  return result;
}

/// Each round leaves the same share of what the one before left.
void SparseFit::fitStrip(const Strip &wanted, Strip &found) const {
  found = wanted;
  Strip stays(found.size());
  int64_t before = span;
  for (int round = 1; round <= kRounds; ++round) {
    double share = std::pow(static_cast<double>(kept) / static_cast<double>(span), double(round) / kRounds);
    int64_t count = round == kRounds ? kept : std::llround(static_cast<double>(span) * share);
    bool isLast = round == kRounds;
    if (count == before && !isLast)
      continue;
    before = count;
    choose(found, count, stays);
    for (size_t i = 0; i < found.size(); ++i)
      found[i] = stays[i] != 0 ? found[i] : 0; // NaN goes where it doesn't stay
    improve(wanted, stays, isLast ? kLastSteps : kSteps, found);
  }
}

/// 1 for numbers that stay, and 0 for the others: those without which the product changes most, each by itself, stay.
void SparseFit::choose(const Strip &found, int64_t count, Strip &stays) const {
  std::fill(stays.begin(), stays.end(), 0.0f);
  std::vector<double> importance;
  for (int64_t column = 0; column < kStrip; ++column)
    for (int64_t first = 0; first < rows; first += span) {
      importance.clear();
      for (int64_t row = first; row < std::min(first + span, rows); ++row) {
        double number = found[row * kStrip + column];
        importance.push_back(moments[row * rows + row] * number * number);
      }
      for (int64_t row : largestOf(importance, count))
        stays[(first + row) * kStrip + column] = 1;
    }
}

/// The moments times a strip, where numbers stay.
void SparseFit::multiply(const Strip &strip, const Strip &stays, Strip &product) const {
  static const Multiply multiplyMoments = multiplyHere();
  multiplyMoments(moments.data(), strip.data(), rows, product.data());
  for (size_t i = 0; i < product.size(); ++i)
    product[i] *= stays[i];
}

void SparseFit::improve(const Strip &wanted, const Strip &stays, int steps, Strip &found) const {
  using Sums = std::array<double, kStrip>; // one of each column
  auto forEach = [&](auto visit) {
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < kStrip; ++column)
        visit(row * kStrip + column, column, moments[row * rows + row]);
  };
  auto ratio = [](double a, double b) { return b > 0 ? a / b : 0; };
  Strip rest(found.size()), direction(found.size()), image(found.size());
  for (size_t i = 0; i < found.size(); ++i)
    direction[i] = wanted[i] - found[i];
  multiply(direction, stays, rest);
  Sums lengths = {};
  forEach([&](int64_t at, int64_t column, float own) {
    direction[at] = rest[at] / own;
    lengths[column] += double(rest[at]) * direction[at];
  });
  for (int step = 0; step < steps; ++step) {
    multiply(direction, stays, image);
    Sums heights = {}, before = lengths;
    forEach([&](int64_t at, int64_t column, float) { heights[column] += double(direction[at]) * image[at]; });
    lengths = {};
    forEach([&](int64_t at, int64_t column, float own) {
      auto far = static_cast<float>(ratio(before[column], heights[column]));
      found[at] += far * direction[at];
      rest[at] -= far * image[at];
      lengths[column] += double(rest[at]) * rest[at] / own;
    });
    forEach([&](int64_t at, int64_t column, float own) {
      direction[at] = rest[at] / own + static_cast<float>(ratio(lengths[column], before[column])) * direction[at];
    });
  }
}

} // namespace llmc::reference
