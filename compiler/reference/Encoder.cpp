// The codes of a block reach from its least number to its largest, or not quite: shorter steps leave less error to the
// many and more to the few at the ends, so several are tried, and the one with the least sum of squares counts.
#include "compiler/reference/Encoder.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/reference/Compensation.h"
#include "compiler/reference/ElementTypes.h"
#include "compiler/reference/NearestLevel.h"
#include <algorithm>
#include <array>
#include <cmath>

namespace llmc::reference {
namespace {

/// Parts of the whole range of a block.
constexpr float kShares[] = {1, 0.95f, 0.9f, 0.85f, 0.8f};

/// A number in steps of a scale, of which one that is 0 makes none.
template <typename Number> Number inSteps(Number number, float scale) {
  return number / static_cast<Number>(scale == 0 ? 1 : scale);
}

/// Codes that are whole numbers.
struct WholeNumbers {
  float leastCode, mostCode;

  /// The nearest code, of two the even one; the largest for NaN. Of a sum this large no bits are left but whole ones:
  /// that rounds without a call.
  template <typename Number> float codeOf(Number steps, float zero) const {
    constexpr Number kWhole = sizeof(Number) == sizeof(float) ? Number(0x1.8p23) : Number(0x1.8p52);
    Number number = steps + static_cast<Number>(zero);
    number = std::max<Number>(leastCode, std::min<Number>(mostCode, number));
    return static_cast<float>(number + kWhole - kWhole);
  }
  float stepsOf(float code, float zero) const { return code - zero; }
};

WholeNumbers wholeNumbersOf(const ir::CodeForm &form) {
  bool hasSigns = form.zeros == ir::CodeZeros::None;
  auto most = static_cast<float>((int64_t(1) << (hasSigns ? form.bits - 1 : form.bits)) - 1);
  return {hasSigns ? -most : 0, most};
}

/// Codes that are numbers of levels; zeros play no part.
struct LevelCodes {
  llvm::ArrayRef<float> numbers;
  NearestLevel nearest = NearestLevel(numbers);

  float codeOf(double steps, float) const { return nearest.codeOf(steps); }
  float stepsOf(float code, float) const { return numbers[static_cast<size_t>(code)]; }
};

/// Calls it with what codes of that form stand for.
template <typename Body> auto withNumbers(const ir::CodeForm &form, Body body) {
  llvm::ArrayRef<float> numbers = ir::numbersOf(form.levels);
  return numbers.empty() ? body(wholeNumbersOf(form)) : body(LevelCodes{numbers});
}

uint8_t byteOf(float code) { return static_cast<uint8_t>(static_cast<int>(code)); }

/// How codes of a block may become numbers.
struct Range {
  float scale, zero;
};

/// Those that reach over shares of all from `least` to `most`, between which 0 lies. `notFinite` is NaN where a number
/// is not finite, else 0.
llvm::SmallVector<Range, 10> rangesOf(const ir::CodeForm &form, float least, float most, float notFinite) {
  llvm::SmallVector<Range, 10> ranges;
  float largest = std::max(-least, most);
  auto half = static_cast<float>(int64_t(1) << (form.bits - 1));
  for (float share : kShares) {
    if (form.levels != ir::CodeLevels::Whole) {
      float greatest = 0;
      for (float number : ir::numbersOf(form.levels))
        greatest = number > greatest ? number : greatest;
      ranges.push_back({BFloat16(largest * (share / greatest) + notFinite), 0});
    } else if (form.zeros == ir::CodeZeros::Half) {
      ranges.push_back({BFloat16(largest * (share / (half - 1)) + notFinite), half});
      ranges.push_back({BFloat16((-least > most ? least : most) * (-share / half) + notFinite), half});
    } else {
      WholeNumbers codes = wholeNumbersOf(form);
      float center = (least + most) * 0.5f, scale = BFloat16((most - least) * (share / codes.mostCode) + notFinite);
      ranges.push_back({scale, codes.codeOf(codes.mostCode / 2 - inSteps(center, scale), 0)});
    }
  }
  return ranges;
}

/// Columns that are looked at side by side.
constexpr int64_t kColumns = 16;

/// Numbers below each other, of at most kColumns columns, and what squares of errors are multiplied with, row by row.
struct ColumnBlock {
  const float *numbers;
  int64_t stride, rows, columns;
  const float *weights;
};

/// For each column the range with the least sum of squares of errors, each times a weight.
template <typename Codes>
std::array<Range, kColumns> bestRanges(const ir::CodeForm &form, const Codes &codes, const ColumnBlock &block) {
  float least[kColumns] = {}, most[kColumns] = {}, notFinite[kColumns] = {}; // or NaN, where a number is not
  for (int64_t row = 0; row < block.rows; ++row)
    for (int64_t j = 0; j < block.columns; ++j) {
      float number = block.numbers[row * block.stride + j];
      least[j] = std::min(least[j], number);
      most[j] = std::max(most[j], number);
      notFinite[j] += number * 0;
    }
  llvm::SmallVector<Range, 10> tried[kColumns];
  for (int64_t j = 0; j < block.columns; ++j)
    tried[j] = rangesOf(form, least[j], most[j], notFinite[j]);
  std::array<Range, kColumns> best = {};
  float bestError[kColumns] = {};
  for (size_t place = 0; place < tried[0].size(); ++place) {
    float scales[kColumns] = {}, zeros[kColumns] = {}, errors[kColumns] = {};
    for (int64_t j = 0; j < block.columns; ++j)
      scales[j] = tried[j][place].scale, zeros[j] = tried[j][place].zero;
    for (int64_t row = 0; row < block.rows; ++row)
      for (int64_t j = 0; j < block.columns; ++j) {
        float number = block.numbers[row * block.stride + j];
        float difference =
            codes.stepsOf(codes.codeOf(inSteps(number, scales[j]), zeros[j]), zeros[j]) * scales[j] - number;
        errors[j] += block.weights[row] * (difference * difference);
      }
    for (int64_t j = 0; j < block.columns; ++j)
      if (place == 0 || errors[j] < bestError[j])
        best[j] = tried[j][place], bestError[j] = errors[j];
  }
  return best;
}

} // namespace

Encoder::Encoder(std::vector<float> matrix, int64_t rows, ir::CodeForm form, std::vector<float> moments,
                 unsigned threads)
    : matrix(std::move(matrix)), moments(std::move(moments)), rows(rows),
      columns(static_cast<int64_t>(this->matrix.size()) / rows), form(form), threads(threads) {
  if (std::all_of(this->moments.begin(), this->moments.end(), [](float moment) { return moment == 0; }))
    this->moments.clear();
  bool isSymmetric = form.zeros == ir::CodeZeros::None && form.levels == ir::CodeLevels::Whole;
  scaleOf.resize((rows + form.block - 1) / form.block * columns);
  zeroOf.resize(scaleOf.size());
  forEachStrip(threads, columns, [&](int64_t firstColumn, int64_t width) {
    for (int64_t first = 0; first < rows; first += std::min(form.block, rows))
      isSymmetric ? chooseSymmetricRanges(first, firstColumn, width) : chooseRanges(first, firstColumn, width);
  });
}

/// The row behind the block that begins there.
int64_t Encoder::endOfBlock(int64_t firstRow) const { return firstRow + std::min(form.block, rows - firstRow); }

/// For the block that begins there, of each of some columns.
void Encoder::chooseRanges(int64_t firstRow, int64_t firstColumn, int64_t width) {
  int64_t count = endOfBlock(firstRow) - firstRow;
  std::vector<float> weights(count);
  for (int64_t row = 0; row < count; ++row)
    weights[row] = moment(firstRow + row);
  withNumbers(form, [&](const auto &codes) {
    for (int64_t column = firstColumn; column < firstColumn + width; column += kColumns) {
      int64_t together = std::min(kColumns, firstColumn + width - column);
      std::array<Range, kColumns> best =
          bestRanges(form, codes, {&matrix[firstRow * columns + column], columns, count, together, weights.data()});
      for (int64_t j = 0; j < together; ++j) {
        scaleOf[rangeOf(firstRow, column + j)] = best[j].scale;
        zeroOf[rangeOf(firstRow, column + j)] = best[j].zero;
      }
    }
  });
}

void Encoder::chooseSymmetricRanges(int64_t firstRow, int64_t firstColumn, int64_t width) {
  std::vector<float> largest(width);
  for (int64_t row = firstRow; row < endOfBlock(firstRow); ++row)
    for (int64_t j = 0; j < width; ++j) {
      float number = matrix[row * columns + firstColumn + j];
      largest[j] = std::max(largest[j], std::abs(number)) + number * 0; // or NaN, where a number is not finite
    }
  for (int64_t j = 0; j < width; ++j)
    scaleOf[rangeOf(firstRow, firstColumn + j)] = largest[j] * (1 / wholeNumbersOf(form).mostCode);
}

std::vector<uint8_t> Encoder::codes() const { return moments.empty() ? nearestCodes() : compensatedCodes(); }

std::vector<uint8_t> Encoder::nearestCodes() const {
  std::vector<uint8_t> codes(matrix.size());
  withNumbers(form, [&](const auto &numbers) {
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t column = 0; column < columns; ++column) {
        int64_t place = row * columns + column, range = rangeOf(row, column);
        codes[place] = byteOf(numbers.codeOf(inSteps(matrix[place], scaleOf[range]), zeroOf[range]));
      }
  });
  return codes;
}

std::vector<uint8_t> Encoder::compensatedCodes() const {
  Compensation compensation(moments, rows, threads);
  std::vector<uint8_t> codes(matrix.size());
  withNumbers(form, [&](const auto &numbers) {
    forEachStrip(threads, columns, [&](int64_t first, int64_t count) {
      compensation.roundRows(count, [&](int64_t row, double *moves) {
        for (int64_t j = 0; j < count; ++j) {
          int64_t at = row * columns + first + j, range = rangeOf(row, first + j);
          double number = matrix[at], scale = scaleOf[range];
          // What is zero was pruned, and stays so.
          double steps = number == 0 ? 0 : inSteps(number + moves[j], scaleOf[range]);
          float code = numbers.codeOf(steps, zeroOf[range]);
          codes[at] = byteOf(code);
          moves[j] = numbers.stepsOf(code, zeroOf[range]) * scale - number;
        }
      });
    });
  });
  return codes;
}

} // namespace llmc::reference
