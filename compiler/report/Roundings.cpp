// With moments H = X^T X of what a weight is multiplied with, the squares of X E sum up to the trace of E^T H E,
// whatever the errors E are: so the data need not be run again.
#include "compiler/report/Roundings.h"
#include "compiler/reference/Encoder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/STLExtras.h"
#include <array>
#include <cmath>

using namespace mlir;

namespace llmc::report {
namespace {

using reference::floatsOf;
using reference::Tensor;
using Matrix = std::vector<float>; // row-major

/// Zeros of codes have no signs.
Matrix zerosOf(const Tensor &tensor) {
  llvm::ArrayRef<uint8_t> bytes = tensor.values<uint8_t>();
  return {bytes.begin(), bytes.end()};
}

/// How codes become numbers again.
struct Decoder {
  int64_t columns;
  ir::CodeForm form;
  llvm::ArrayRef<float> levels = ir::numbersOf(form.levels);

  float decode(uint8_t code, size_t place, llvm::ArrayRef<float> scales, llvm::ArrayRef<float> zeros) const {
    auto row = static_cast<int64_t>(place) / columns, column = static_cast<int64_t>(place) % columns;
    auto range = static_cast<size_t>(row / form.block * columns + column);
    return steps(code, zeros[range]) * scales[range];
  }

private:
  float steps(uint8_t code, float zero) const {
    if (!levels.empty())
      return levels[code];
    bool hasSigns = form.zeros == ir::CodeZeros::None;
    return hasSigns ? static_cast<float>(static_cast<int8_t>(code)) : static_cast<float>(code) - zero;
  }
};

/// Of a matrix whose codes lie in bytes as llmc.encode leaves them.
std::vector<uint8_t> unpack(const Tensor &packed, int64_t rows, int64_t columns, int64_t bits, int64_t apart) {
  llvm::ArrayRef<uint8_t> bytes = packed.values<uint8_t>();
  int64_t run = 8 / bits * apart; // rows in as many bytes as codes are apart
  std::vector<uint8_t> codes;
  codes.reserve(static_cast<size_t>(rows * columns));
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < columns; ++column)
      codes.push_back(
          static_cast<uint8_t>((bytes[static_cast<size_t>((row / run * apart + row % apart) * columns + column)] >>
                                (row % run / apart * bits)) &
                               ((1 << bits) - 1)));
  return codes;
}

Matrix errorsOf(const Matrix &matrix, llvm::ArrayRef<uint8_t> codes, const Decoder &decoder,
                llvm::ArrayRef<float> scales, llvm::ArrayRef<float> zeros) {
  Matrix errors(matrix.size());
  for (size_t place = 0; place < matrix.size(); ++place)
    errors[place] = decoder.decode(codes[place], place, scales, zeros) - matrix[place];
  return errors;
}

double squaresOf(const Matrix &matrix) {
  double sum = 0;
  for (float number : matrix)
    sum += double(number) * double(number);
  return sum;
}

/// dB, where there is noise and all is finite.
std::optional<double> signalToNoise(double signal, double noise) {
  double ratio = 10 * std::log10(signal / noise);
  return std::isfinite(ratio) ? std::optional<double>(ratio) : std::nullopt;
}

/// The traces of A^T H A for several matrices A at once: H is read from memory once for some columns of all of them.
template <size_t Count>
std::array<double, Count> tracesOf(const Matrix &moments, const std::array<const Matrix *, Count> &matrices,
                                   int64_t rows, int64_t columns) {
  constexpr int64_t kColumns = 16, kWidth = kColumns * static_cast<int64_t>(Count);
  std::array<double, Count> traces = {};
  std::vector<float> side(static_cast<size_t>(rows * kWidth));
  for (int64_t first = 0; first < columns; first += kColumns) {
    std::fill(side.begin(), side.end(), 0.0f);
    for (int64_t row = 0; row < rows; ++row)
      for (size_t which = 0; which < Count; ++which)
        for (int64_t j = 0; j < std::min(kColumns, columns - first); ++j)
          side[static_cast<size_t>(row * kWidth + static_cast<int64_t>(which) * kColumns + j)] =
              (*matrices[which])[static_cast<size_t>(row * columns + first + j)];
    for (int64_t row = 0; row < rows; ++row) {
      const float *own = &side[static_cast<size_t>(row * kWidth)];
      const float *moment = &moments[static_cast<size_t>(row * rows)];
      float sums[kWidth];
      for (int64_t j = 0; j < kWidth; ++j)
        sums[j] = 0.5f * moment[row] * own[j];
      for (int64_t other = 0; other < row; ++other) // H is symmetric
        for (int64_t j = 0; j < kWidth; ++j)
          sums[j] += moment[other] * side[static_cast<size_t>(other * kWidth + j)];
      for (int64_t j = 0; j < kWidth; ++j)
        traces[static_cast<size_t>(j / kColumns)] += 2 * double(sums[j]) * double(own[j]);
    }
  }
  return traces;
}

/// A map that only rounds.
bool narrows(ir::MapOp map) {
  auto body = map.getBody().front().without_terminator();
  return map.getInputs().size() == 1 && llvm::hasSingleElement(body) && isa<arith::TruncFOp>(*body.begin());
}

} // namespace

void Roundings::see(Value value, const Tensor &tensor) {
  for (Operation *user : value.getUsers()) {
    if (auto encode = dyn_cast<ir::EncodeOp>(user)) {
      if (!encode.getCodes().use_empty())
        (value == encode.getMatrix() ? open[user].matrix : open[user].moments) = tensor;
    } else if (auto map = dyn_cast<ir::MapOp>(user); map && narrows(map)) {
      wide[map.getResult()] = tensor;
    }
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return;
  if (auto known = wide.find(value); known != wide.end()) {
    judgeNarrowed(cast<ir::MapOp>(op), known->second, tensor);
    wide.erase(value);
  }
  auto encode = dyn_cast<ir::EncodeOp>(op);
  if (!encode || encode.getCodes().use_empty())
    return;
  Encoding &encoding = open[op];
  if (value == encode.getCodes())
    encoding.codes = tensor;
  else if (value == encode.getScales())
    encoding.scales = tensor;
  else
    judgeEncoded(encode, tensor);
}

void Roundings::judgeNarrowed(ir::MapOp map, const Tensor &wide, const Tensor &narrow) {
  double signal = 0, noise = 0;
  for (int64_t i = 0; i < wide.elementCount(); ++i) {
    double number = wide.number(i), error = narrow.number(i) - number;
    signal += number * number;
    noise += error * error;
  }
  byWeight[map->getParentOfType<ir::WeightOp>()].sqnr = signalToNoise(signal, noise);
}

void Roundings::judgeEncoded(ir::EncodeOp encode, const Tensor &zeros) {
  Encoding encoding = std::move(open[encode]);
  open.erase(encode);
  int64_t rows = encoding.matrix.size(0), columns = encoding.matrix.size(1);
  ir::CodeForm form = encode.form();
  Decoder decoder = {columns, form};
  Matrix matrix = floatsOf(encoding.matrix);
  Matrix errors =
      errorsOf(matrix, unpack(encoding.codes, rows, columns, form.bits, static_cast<int64_t>(encode.getApart())),
               decoder, floatsOf(encoding.scales), zerosOf(zeros));
  Rounding &rounding = byWeight[encode->getParentOfType<ir::WeightOp>()];
  rounding.sqnr = signalToNoise(squaresOf(matrix), squaresOf(errors));
  if (!encoding.moments)
    return;
  reference::Encoder nearest(matrix, rows, form, {});
  Matrix nearestErrors = errorsOf(matrix, nearest.codes(), decoder, nearest.scales(), nearest.zeros());
  auto [signal, own, others] =
      tracesOf<3>(floatsOf(encoding.moments), {&matrix, &errors, &nearestErrors}, rows, columns);
  if (!(signal > 0))
    return;
  rounding.compensated = std::sqrt(std::max(own, 0.0) / signal);
  rounding.nearest = std::sqrt(std::max(others, 0.0) / signal);
}

std::optional<Rounding> Roundings::of(ir::WeightOp stored) const {
  std::optional<Rounding> found;
  if (auto known = byWeight.find(stored); known != byWeight.end())
    return known->second;
  if (stored)
    stored.getRecipe().walk([&](ir::GetWeightOp use) {
      found = of(SymbolTable::lookupNearestSymbolFrom<ir::WeightOp>(stored, use.getWeightAttr()));
      return found ? WalkResult::interrupt() : WalkResult::advance();
    });
  return found;
}

} // namespace llmc::report
