#include "compiler/reference/TriangularFactor.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>

using namespace llmc::reference;

namespace {

std::vector<double> numbers(int64_t count, unsigned seed) {
  std::minstd_rand generator(seed);
  std::vector<double> all(count);
  for (double &each : all)
    each = std::uniform_real_distribution<double>(-1, 1)(generator);
  return all;
}

/// X^T X of few rows, and something on its diagonal, so that it has an inverse.
std::vector<double> positive(int64_t rows) {
  int64_t samples = rows / 2 + 1;
  std::vector<double> x = numbers(samples * rows, 1), square(rows * rows);
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < rows; ++j) {
      for (int64_t k = 0; k < samples; ++k)
        square[i * rows + j] += x[k * rows + i] * x[k * rows + j];
      square[i * rows + j] += i == j ? 0.1 : 0;
    }
  return square;
}

struct Sizes {
  int64_t rows, columns, depth;
};

TEST(ProductUpdateTest, allSizesAreChainsOfFusedMultiplyAdds) {
  for (auto [rows, columns, depth] :
       {Sizes{1, 1, 1}, {7, 17, 130}, {65, 16, 3}, {130, 33, 257}, {9, 64, 8}, {0, 3, 3}, {3, 0, 2}, {3, 5, 0}}) {
    int64_t toStride = columns + 2, rightStride = columns + 3;
    std::vector<double> to = numbers(rows * toStride, 2), left = numbers(rows * depth, 3), scales = numbers(depth, 4),
                        right = numbers(depth * rightStride, 5), want = to;
    for (int64_t i = 0; i < rows; ++i)
      for (int64_t j = 0; j < columns; ++j)
        for (int64_t k = 0; k < depth; ++k)
          want[i * toStride + j] =
              std::fma(-(left[k * rows + i] * scales[k]), right[k * rightStride + j], want[i * toStride + j]);
    subtractProduct({to.data(), toStride}, {left.data(), 1, rows, scales.data()}, {right.data(), rightStride},
                    {rows, columns, depth});
    EXPECT_EQ(to, want) << rows << " x " << columns << " x " << depth;
  }
}

TEST(ProductUpdateTest, whatIsNoNumberStaysInItsRowOrColumn) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> to(9 * 17), left(9, 1), right(17, 1);
  left[3] = nan;
  right[16] = nan;
  subtractProduct({to.data(), 17}, {left.data(), 1, 1}, {right.data(), 17}, {9, 17, 1});
  for (int64_t i = 0; i < 9; ++i)
    for (int64_t j = 0; j < 17; ++j)
      EXPECT_EQ(std::isnan(to[i * 17 + j]), i == 3 || j == 16);
}

TEST(TriangularFactorTest, solvesEquations) {
  for (int64_t rows : {1, 2, 8, 9, 63, 130})
    for (int64_t columns : {1, 5, 70}) {
      std::vector<double> matrix = positive(rows), want = numbers(rows * columns, 6), sides(rows * columns);
      for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < columns; ++j)
          for (int64_t k = 0; k < rows; ++k)
            sides[i * columns + j] += matrix[i * rows + k] * want[k * columns + j];
      TriangularFactor(matrix, rows, 0, 2).solve({sides.data(), columns}, columns);
      for (size_t i = 0; i < want.size(); ++i)
        ASSERT_NEAR(sides[i], want[i], 1e-10) << rows << " rows";
    }
}

TEST(TriangularFactorTest, rowsBecomeThemselvesLessSharesOfThoseBefore) {
  // H = U^T D U with D = (2, 3) and U = (1, 0; 5, 1).
  TriangularFactor factor({2 + 3 * 25, 0, 3 * 5, 3}, 2, 0, 1);
  std::vector<double> matrix = {1, 2, 10, 20};
  factor.fromTheFirst({matrix.data(), 2}, 2, [](int64_t index, double *row) {
    if (index == 0)
      row[0] = 7; // what is written counts
  });
  EXPECT_EQ(matrix, (std::vector<double>{7, 2, 10 - 5 * 7, 20 - 5 * 2}));
}

TEST(TriangularFactorTest, threadsChangeNoBit) {
  constexpr int64_t rows = 600, columns = 150;
  std::vector<double> matrix = positive(rows), sides[2];
  for (unsigned threads : {1u, 3u}) {
    std::vector<double> &solved = sides[threads / 3] = numbers(rows * columns, 7);
    TriangularFactor(matrix, rows, 0, threads).solve({solved.data(), columns}, columns);
  }
  EXPECT_EQ(sides[0], sides[1]);
}

TEST(TriangularFactorTest, noPivotIsTooSmall) {
  TriangularFactor factor({0, 0, 0, 0}, 2, 0.5, 1);
  std::vector<double> sides = {1, 2};
  factor.solve({sides.data(), 1}, 1);
  EXPECT_EQ(sides, (std::vector<double>{2, 4}));
}

} // namespace
