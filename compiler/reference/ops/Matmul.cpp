// Products of matrices, and convolution. Each sum runs in the plain order of k, in f64 or f32 for
// floats and modulo 2^32 or 2^64 for integers; the loops around it are blocked only for speed.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/Windows.h"
#include <cmath>
#include <type_traits>

using namespace mlir;

namespace llmc {
using namespace reference;

namespace {

/// A matrix of one operand, read by row and column.
template <typename T> struct Matrix {
  const T *data;
  int64_t rowStride, columnStride;
  bool isUnsigned = false;
};

template <typename Sum, typename T> Sum widen(T value, bool isUnsigned) {
  if constexpr (std::is_integral_v<T>)
    if (!isUnsigned)
      return static_cast<Sum>(static_cast<std::make_signed_t<Sum>>(static_cast<std::make_signed_t<T>>(value)));
  return static_cast<Sum>(value);
}

constexpr int64_t kRows = 128, kColumns = 16;

/// Sums of up to four rows and kColumns columns, held in registers; operands are already wide and
/// zero where nothing is.
template <typename Sum> void multiplyTile(const Sum *lhs, const Sum *rhs, int64_t k, Sum (&sums)[4][kColumns]) {
  for (auto &row : sums)
    for (Sum &sum : row)
      sum = 0;
  for (int64_t half = 0; half < kColumns; half += 4)
    for (int64_t i = 0; i < k; ++i)
      for (int64_t row = 0; row < 4; ++row)
        for (int64_t column = 0; column < 4; ++column)
          sums[row][half + column] += lhs[row * k + i] * rhs[i * kColumns + half + column];
}

/// result[m][n] = lhs[m][k] * rhs[k][n]. Blocks of the operands are widened once and used many
/// times.
template <typename Sum, typename T, typename Result>
void multiply(Matrix<T> lhs, Matrix<T> rhs, Result *result, int64_t m, int64_t n, int64_t k) {
  std::vector<Sum> wideLhs(std::min(m + 3, kRows) * k), wideRhs(kColumns * k);
  for (int64_t top = 0; top < m; top += kRows) {
    int64_t rows = std::min(kRows, m - top);
    for (int64_t row = 0; row < rows; ++row)
      for (int64_t i = 0; i < k; ++i)
        wideLhs[row * k + i] = widen<Sum>(lhs.data[(top + row) * lhs.rowStride + i * lhs.columnStride], lhs.isUnsigned);
    for (int64_t left = 0; left < n; left += kColumns) {
      int64_t columns = std::min(kColumns, n - left);
      for (int64_t i = 0; i < k; ++i)
        for (int64_t column = 0; column < columns; ++column)
          wideRhs[i * kColumns + column] =
              widen<Sum>(rhs.data[i * rhs.rowStride + (left + column) * rhs.columnStride], rhs.isUnsigned);
      for (int64_t row = 0; row < rows; row += 4) {
        Sum sums[4][kColumns];
        multiplyTile(wideLhs.data() + row * k, wideRhs.data(), k, sums);
        for (int64_t i = 0; i < std::min<int64_t>(4, rows - row); ++i)
          for (int64_t column = 0; column < columns; ++column)
            result[(top + row + i) * n + left + column] = static_cast<Result>(sums[i][column]);
      }
    }
  }
}

/// Calls with the element type, the type of sums and the type of results.
template <typename Function> llvm::Error withTypes(const Evaluation &evaluation, ElementKind kind, Function function) {
  if (isFloat(kind)) {
    bool isWide = evaluation.result.kind() != kind;
    dispatchFloat(kind, [&](auto element) {
      if (isWide && evaluation.inDouble())
        function(element, double(), float());
      else if (isWide)
        function(element, float(), float());
      else if (evaluation.inDouble() || std::is_same_v<decltype(element), double>)
        function(element, double(), element);
      else
        function(element, float(), element);
    });
    return llvm::Error::success();
  }
  if (kind == ElementKind::I1)
    return evaluation.fail("has no meaning for bools");
  if (kind == ElementKind::I8)
    function(uint8_t(), uint32_t(), uint32_t());
  else if (kind == ElementKind::I16)
    function(uint16_t(), uint32_t(), uint16_t());
  else if (kind == ElementKind::I32)
    function(uint32_t(), uint32_t(), uint32_t());
  else
    function(uint64_t(), uint64_t(), uint64_t());
  return llvm::Error::success();
}

/// Those of a tensor; in `wide`, where a right side of f16 or bf16 is multiplied with f32.
template <typename T> const T *elementsOf(const Tensor &tensor, std::vector<float> &wide) {
  if constexpr (std::is_same_v<T, float>)
    if (tensor.kind() != ElementKind::F32) {
      wide = floatsOf(tensor);
      return wide.data();
    }
  return reinterpret_cast<const T *>(tensor.bytes().data());
}

} // namespace

llvm::Error ir::MatmulOp::evaluate(Evaluation &evaluation) {
  const Tensor &lhs = evaluation.operands[0], &rhs = evaluation.operands[1];
  Tensor &result = evaluation.result;
  ArrayRef<int64_t> batch = result.shape().drop_back(2);
  int64_t m = result.shape()[batch.size()], n = result.shape().back(), k = lhs.shape().back();
  auto lhsStrides = broadcastStrides(lhs.shape().drop_back(2), batch);
  auto rhsStrides = broadcastStrides(rhs.shape().drop_back(2), batch);
  return withTypes(evaluation, lhs.kind(), [&](auto element, auto sum, auto stored) {
    using T = decltype(element);
    using Result = decltype(stored);
    int64_t matrices = *elementCount(batch);
    std::vector<float> wide;
    const T *rights = elementsOf<T>(rhs, wide);
    for (int64_t i = 0; i < matrices && m * n > 0; ++i) {
      const T *left = reinterpret_cast<const T *>(lhs.bytes().data()) + strideOffset(lhsStrides, batch, i) * m * k;
      const T *right = rights + strideOffset(rhsStrides, batch, i) * k * n;
      Result *out = reinterpret_cast<Result *>(result.mutableBytes().data()) + i * m * n;
      multiply<decltype(sum)>(Matrix<T>{left, k, 1, getUnsignedLhs()}, Matrix<T>{right, n, 1, getUnsignedRhs()}, out, m,
                              n, k);
    }
  });
}

llvm::Error ir::PackedMatmulOp::evaluate(Evaluation &evaluation) {
  const Tensor &lhs = evaluation.operands[0], &panels = evaluation.operands[1];
  Tensor &result = evaluation.result;
  int64_t n = result.shape().back(), k = lhs.shape().back();
  int64_t steps = panels.size(1), panel = panels.size(2), group = panels.size(3);
  int64_t m = *elementCount(lhs.shape().drop_back());
  // Panels are laid side by side again; the product is then that of llmc.matmul.
  return withTypes(evaluation, lhs.kind(), [&](auto element, auto sum, auto stored) {
    using T = decltype(element);
    using Result = decltype(stored);
    if (m * n == 0)
      return;
    std::vector<T> plain(k * n);
    std::vector<float> wide;
    const T *data = elementsOf<T>(panels, wide);
    for (int64_t i = 0; i < k; ++i)
      for (int64_t column = 0; column < n; ++column)
        plain[i * n + column] =
            data[((column / panel * steps + i / group) * panel + column % panel) * group + i % group];
    multiply<decltype(sum)>(Matrix<T>{reinterpret_cast<const T *>(lhs.bytes().data()), k, 1, getUnsignedLhs()},
                            Matrix<T>{plain.data(), n, 1, getUnsignedRhs()},
                            reinterpret_cast<Result *>(result.mutableBytes().data()), m, n, k);
  });
}

/// One column of a right side that is codes, as the whole numbers that its words hold.
static std::vector<int32_t> codesOfColumn(ir::CodedMatmulOp op, const Tensor &codes, int64_t column, int64_t depth) {
  int64_t words = codes.size(1), panel = codes.size(2), group = codes.size(3), perByte = op.perByte();
  ArrayRef<uint8_t> bytes = codes.values<uint8_t>();
  auto bits = static_cast<int64_t>(op.getBits());
  std::vector<int32_t> column32(depth);
  for (int64_t k = 0; k < depth; ++k) {
    int64_t word = k / (group * perByte), place = (column / panel * words + word) * panel + column % panel;
    uint8_t byte = bytes[place * group + k % group];
    column32[k] = byte >> (k / group % perByte * bits) & ((1 << bits) - 1);
  }
  return column32;
}

llvm::Error ir::CodedMatmulOp::evaluate(Evaluation &evaluation) {
  const Tensor &lhs = evaluation.operands[0], &codes = evaluation.operands[3];
  std::vector<float> scales = floatsOf(evaluation.operands[4]);
  ArrayRef<uint8_t> zeros = evaluation.operands[5].values<uint8_t>();
  ArrayRef<float> steps = evaluation.operands[1].values<float>(), sums = evaluation.operands[2].values<float>();
  int64_t blocks = lhs.size(0), m = lhs.size(1), block = lhs.size(2), n = evaluation.result.size(1),
          panel = codes.size(2);
  const auto *left = reinterpret_cast<const int8_t *>(lhs.bytes().data());
  float *results = evaluation.result.mutableValues<float>().data();
  for (int64_t column = 0; column < n && m > 0; ++column) {
    std::vector<int32_t> right = codesOfColumn(*this, codes, column, blocks * block);
    for (int64_t row = 0; row < m; ++row) {
      float sum = 0;
      for (int64_t b = 0; b < blocks; ++b) {
        int32_t whole = 0;
        for (int64_t i = 0; i < block; ++i)
          whole += left[(b * m + row) * block + i] * right[b * block + i];
        int64_t place = (column / panel * blocks + b) * panel + column % panel;
        float exact = std::fma(-static_cast<float>(zeros[place]), sums[b * m + row], static_cast<float>(whole));
        sum = std::fma(exact, steps[b * m + row] * scales[place], sum);
      }
      results[row * n + column] = sum;
    }
  }
  return llvm::Error::success();
}

/// Whether blocks lie within the depth, in ascending order.
static bool areOrdered(ArrayRef<int32_t> blocks, int64_t all) {
  int64_t least = 0;
  for (int32_t block : blocks) {
    if (block < least || block >= all)
      return false;
    least = block + 1;
  }
  return true;
}

/// Panel after panel, the columns of the left side that it reads are laid side by side; the product is then that of
/// llmc.matmul.
llvm::Error ir::BlockMatmulOp::evaluate(Evaluation &evaluation) {
  const Tensor &lhs = evaluation.operands[0], &values = evaluation.operands[1];
  Tensor &result = evaluation.result;
  int64_t n = result.shape().back(), k = lhs.shape().back(), m = *elementCount(lhs.shape().drop_back());
  int64_t count = values.size(1), panel = values.size(2), group = values.size(3), inner = count * group;
  ArrayRef<int32_t> blocks = evaluation.operands[2].values<int32_t>();
  for (int64_t p = 0; p < values.size(0); ++p)
    if (!areOrdered(blocks.slice(p * count, count), static_cast<int64_t>(llvm::divideCeil(k, group))))
      return evaluation.fail("has blocks that do not ascend, or lie beyond the depth, in panel " + Twine(p));
  return withTypes(evaluation, lhs.kind(), [&](auto element, auto sum, auto stored) {
    using T = decltype(element);
    using Result = decltype(stored);
    const T *left = reinterpret_cast<const T *>(lhs.bytes().data());
    std::vector<float> wide;
    const T *right = elementsOf<T>(values, wide);
    std::vector<T> some(m * inner), plain(inner * panel);
    std::vector<Result> sums(m * panel);
    for (int64_t p = 0; p < values.size(0) && m > 0; ++p) {
      for (int64_t i = 0; i < inner; ++i) {
        int64_t from = blocks[p * count + i / group] * group + i % group;
        for (int64_t row = 0; row < m; ++row)
          some[row * inner + i] = from < k ? left[row * k + from] : T();
        for (int64_t column = 0; column < panel; ++column)
          plain[i * panel + column] = right[((p * count + i / group) * panel + column) * group + i % group];
      }
      multiply<decltype(sum)>(Matrix<T>{some.data(), inner, 1, /*isUnsigned=*/true}, Matrix<T>{plain.data(), panel, 1},
                              sums.data(), m, panel, inner);
      int64_t columns = std::min(panel, n - p * panel);
      for (int64_t row = 0; row < m; ++row)
        std::copy_n(sums.data() + row * panel, columns,
                    reinterpret_cast<Result *>(result.mutableBytes().data()) + row * n + p * panel);
    }
  });
}

/// A group of a convolution is the product of its filters with the windows of its channels, one
/// window a column.
template <typename T, typename Sum>
static void convolve(ir::ConvOp op, const Tensor &input, const Tensor &filter, Tensor &result) {
  Windows windows = {
      input.shape().drop_front(2), filter.shape().drop_front(2), op.getStrides(), op.getDilations(), op.getPadLow(),
      result.shape().drop_front(2)};
  int64_t groups = op.getGroups(), channels = filter.size(1), filters = filter.size(0) / groups;
  int64_t taps = channels * *elementCount(windows.window), image = *elementCount(windows.sizes);
  int64_t places = *elementCount(windows.places);
  std::vector<T> unfolded(places * taps);
  for (int64_t i = 0; i < input.size(0) * groups; ++i) {
    const T *source = input.values<T>().data() + i * channels * image;
    unfoldWindows(windows, channels, reinterpret_cast<const char *>(source), reinterpret_cast<char *>(unfolded.data()),
                  sizeof(T));
    multiply<Sum>(Matrix<T>{filter.values<T>().data() + (i % groups) * filters * taps, taps, 1},
                  Matrix<T>{unfolded.data(), 1, taps}, result.mutableValues<T>().data() + i * filters * places, filters,
                  places, taps);
  }
}

llvm::Error ir::ConvOp::evaluate(Evaluation &evaluation) {
  const Tensor &input = evaluation.operands[0], &filter = evaluation.operands[1];
  if (filter.size(0) % static_cast<int64_t>(getGroups()) != 0)
    return evaluation.fail("has " + Twine(filter.size(0)) + " filters, which is no multiple of its groups");
  if (evaluation.result.elementCount() == 0)
    return llvm::Error::success();
  return withTypes(evaluation, input.kind(), [&](auto element, auto sum, auto) {
    if constexpr (!std::is_integral_v<decltype(element)>)
      convolve<decltype(element), decltype(sum)>(*this, input, filter, evaluation.result);
  });
}

} // namespace llmc
