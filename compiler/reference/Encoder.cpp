// The codes of a block reach from its least number to its largest, or not quite: shorter steps leave less error to the
// many and more to the few at the ends, so several are tried, and the one with the least sum of squares counts.
#include "compiler/reference/Encoder.h"
#include "compiler/reference/Compensation.h"
#include "compiler/reference/ElementTypes.h"
#include <algorithm>
#include <cmath>

namespace llmc::reference {
namespace {

/// Parts of the whole range of a block.
constexpr float kShares[] = {1, 0.95f, 0.9f, 0.85f, 0.8f};

/// A number in steps of a scale, of which one that is 0 makes none.
template <typename Number> Number inSteps(Number number, float scale) {
  return number / static_cast<Number>(scale == 0 ? 1 : scale);
}

/// The nearest code, of two the even one; the largest for NaN. Of a sum this large no bits are left but whole ones:
/// that rounds without a call.
float rounded(double number, float leastCode, float mostCode) {
  constexpr double kWhole = 0x1.8p52;
  return static_cast<float>(std::max<double>(leastCode, std::min<double>(mostCode, number)) + kWhole - kWhole);
}

uint8_t byteOf(float code) { return static_cast<uint8_t>(static_cast<int>(code)); }

} // namespace

Encoder::Encoder(std::vector<float> matrix, int64_t rows, int64_t bits, int64_t block, std::vector<float> moments,
                 bool symmetric)
    : matrix(std::move(matrix)), moments(std::move(moments)), rows(rows),
      columns(static_cast<int64_t>(this->matrix.size()) / rows), block(block),
      mostCode(static_cast<float>((int64_t(1) << (symmetric ? bits - 1 : bits)) - 1)) {
  leastCode = symmetric ? -mostCode : 0;
  if (std::all_of(this->moments.begin(), this->moments.end(), [](float moment) { return moment == 0; }))
    this->moments.clear();
  for (int64_t first = 0; first < rows; first += block)
    symmetric ? chooseSymmetricRanges(first) : chooseRanges(first);
}

/// For the block that begins there, of each column.
void Encoder::chooseRanges(int64_t firstRow) {
  int64_t endRow = std::min(firstRow + block, rows);
  for (int64_t column = 0; column < columns; ++column) {
    float least = 0, most = 0, notFinite = 0; // or NaN, where a number is not
    for (int64_t row = firstRow; row < endRow; ++row) {
      float number = matrix[row * columns + column];
      least = std::min(least, number);
      most = std::max(most, number);
      notFinite += number * 0;
    }
    float center = (least + most) * 0.5f, bestScale = 0, bestZero = 0, bestError = 0;
    for (float share : kShares) {
      float scale = BFloat16((most - least) * (share / mostCode) + notFinite);
      float zero = rounded(mostCode / 2 - inSteps(center, scale), leastCode, mostCode), error = 0;
      for (int64_t row = firstRow; row < endRow; ++row) {
        float number = matrix[row * columns + column];
        float difference = (rounded(inSteps(number, scale) + zero, leastCode, mostCode) - zero) * scale - number;
        error += moment(row) * (difference * difference);
      }
      if (share == kShares[0] || error < bestError)
        bestScale = scale, bestZero = zero, bestError = error;
    }
    scaleOf.push_back(bestScale);
    zeroOf.push_back(bestZero);
  }
}

void Encoder::chooseSymmetricRanges(int64_t firstRow) {
  std::vector<float> largest(columns);
  for (int64_t row = firstRow; row < std::min(firstRow + block, rows); ++row)
    for (int64_t column = 0; column < columns; ++column) {
      float number = matrix[row * columns + column];
      largest[column] =
          std::max(largest[column], std::abs(number)) + number * 0; // or NaN, where a number is not finite
    }
  for (float each : largest)
    scaleOf.push_back(each * (1 / mostCode));
  zeroOf.resize(scaleOf.size());
}

std::vector<uint8_t> Encoder::codes() const { return moments.empty() ? nearestCodes() : compensatedCodes(); }

std::vector<uint8_t> Encoder::nearestCodes() const {
  std::vector<uint8_t> codes(matrix.size());
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column) {
      int64_t place = row * columns + column, range = row / block * columns + column;
      codes[place] = byteOf(rounded(inSteps(matrix[place], scaleOf[range]) + zeroOf[range], leastCode, mostCode));
    }
  return codes;
}

/// A few columns at a time: what they are moved by stays in registers, and their errors in the cache.
std::vector<uint8_t> Encoder::compensatedCodes() const {
  constexpr int64_t kColumns = 16;
  Compensation compensation(moments, rows);
  std::vector<uint8_t> codes(matrix.size());
  std::vector<double> errors(rows * kColumns);
  for (int64_t first = 0; first < columns; first += kColumns)
    for (int64_t place = 0; place < rows; ++place) {
      double moved[kColumns] = {};
      for (int64_t before = 0; before < place; ++before) {
        double share = compensation.share(place, before);
        for (int64_t j = 0; j < kColumns; ++j)
          moved[j] -= share * errors[before * kColumns + j];
      }
      int64_t row = compensation.order()[place];
      for (int64_t j = 0; j < std::min(kColumns, columns - first); ++j) {
        int64_t at = row * columns + first + j, range = row / block * columns + first + j;
        double number = matrix[at], scale = scaleOf[range], zero = zeroOf[range];
        // What is zero was pruned, and stays so.
        float code = number == 0 ? zeroOf[range]
                                 : rounded(inSteps(number + moved[j], scaleOf[range]) + zero, leastCode, mostCode);
        codes[at] = byteOf(code);
        errors[place * kColumns + j] = (code - zero) * scale - number;
      }
    }
  return codes;
}

} // namespace llmc::reference
