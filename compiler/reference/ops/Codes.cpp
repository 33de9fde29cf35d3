// Numbers from codes, one by one, and codes from numbers.
#include "compiler/reference/Balance.h"
#include "compiler/reference/Encoder.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/Refit.h"

using namespace mlir;

namespace llmc {
using namespace reference;

static float floatAt(const Tensor &tensor, int64_t position) {
  return tensor.kind() == ElementKind::I8 ? static_cast<float>(tensor.values<uint8_t>()[position])
                                          : static_cast<float>(tensor.number(position));
}

llvm::Error ir::DecodeOp::evaluate(Evaluation &evaluation) {
  const Tensor &codes = evaluation.operands[0], &scales = evaluation.operands[1];
  const Tensor *zeros = getZeros() ? &evaluation.operands[2] : nullptr;
  auto axis = static_cast<int64_t>(getAxis()), size = static_cast<int64_t>(getSize());
  int64_t outer = *elementCount(codes.shape().take_front(axis)),
          inner = *elementCount(scales.shape().drop_front(axis + 1));
  auto bits = static_cast<unsigned>(getBits());
  auto commonZero = static_cast<float>(this->commonZero());
  ArrayRef<float> levels = numbersOf(getLevels());
  auto group = static_cast<int64_t>(getGroup()), block = static_cast<int64_t>(getBlock()), perByte = this->perByte();
  ArrayRef<uint8_t> bytes = codes.values<uint8_t>();
  std::vector<float> scaleOf = floatsOf(scales);
  auto decode = [&, codeRows = codes.size(axis), blocks = scales.size(axis)](int64_t i, int64_t k, int64_t j) {
    int64_t byte = k / perByte, row = i * codeRows + byte / group, place = (row * inner + j) * group + byte % group;
    int64_t range = (i * blocks + k / block) * inner + j;
    unsigned code = bytes[place] >> (k % perByte * bits) & ((1u << bits) - 1);
    if (!levels.empty())
      return levels[code] * scaleOf[range];
    float zero = zeros ? floatAt(*zeros, range) : commonZero;
    return (static_cast<float>(code) - zero) * scaleOf[range];
  };
  dispatchFloat(evaluation.result.kind(), [&](auto element) {
    using T = decltype(element);
    T *next = evaluation.result.mutableValues<T>().data();
    for (int64_t i = 0; i < outer; ++i)
      for (int64_t k = 0; k < size; ++k)
        for (int64_t j = 0; j < inner; ++j)
          *next++ = static_cast<T>(decode(i, k, j));
  });
  return llvm::Error::success();
}

/// As many codes in a byte as it has room for, of rows that are so far apart, the first in its low bits.
static void pack(ArrayRef<uint8_t> codes, int64_t columns, int64_t bits, int64_t apart,
                 MutableArrayRef<uint8_t> bytes) {
  std::fill(bytes.begin(), bytes.end(), 0);
  int64_t run = 8 / bits * apart; // rows in as many bytes as codes are apart
  for (auto [place, code] : llvm::enumerate(codes)) {
    int64_t row = static_cast<int64_t>(place) / columns, column = static_cast<int64_t>(place) % columns;
    int64_t byte = row / run * apart + row % apart, shift = row % run / apart * bits;
    bytes[byte * columns + column] |= static_cast<uint8_t>(code << shift);
  }
}

llvm::Error ir::RefitOp::evaluate(Evaluation &evaluation) {
  const Tensor &matrix = evaluation.operands[0], &rows = evaluation.operands[2];
  std::vector<int64_t> left(rows.values<int64_t>().begin(), rows.values<int64_t>().end());
  for (int64_t row : left)
    if (row < 0 || row >= matrix.size(0))
      return evaluation.fail("has no row " + std::to_string(row));
  std::vector<double> refit =
      refitRows(floatsOf(matrix), floatsOf(evaluation.operands[1]), left, matrix.size(1), evaluation.threads());
  dispatchFloat(evaluation.result.kind(), [&](auto element) {
    using T = decltype(element);
    for (auto [to, value] : llvm::zip_equal(evaluation.result.mutableValues<T>(), refit))
      to = static_cast<T>(value);
  });
  return llvm::Error::success();
}

/// What nothing reads stays as it is: recipes take one result each, and codes take longest.
llvm::Error ir::EncodeOp::evaluate(Evaluation &evaluation) {
  const Tensor &matrix = evaluation.operands[0];
  Encoder encoder(floatsOf(matrix), matrix.size(0), form(),
                  getMoments() ? floatsOf(evaluation.operands[1]) : std::vector<float>(), evaluation.threads());
  if (!getCodes().use_empty())
    pack(encoder.codes(), matrix.size(1), form().bits, static_cast<int64_t>(getApart()),
         evaluation.results[0].mutableValues<uint8_t>());
  dispatchFloat(evaluation.results[1].kind(), [&](auto element) {
    using T = decltype(element);
    for (auto [to, scale] : llvm::zip_equal(evaluation.results[1].mutableValues<T>(), encoder.scales()))
      to = T(scale);
  });
  for (auto [to, zero] : llvm::zip_equal(evaluation.results[2].mutableValues<uint8_t>(), encoder.zeros()))
    to = static_cast<uint8_t>(zero);
  return llvm::Error::success();
}

llvm::Error ir::BalanceOp::evaluate(Evaluation &evaluation) {
  std::vector<std::vector<float>> matrices;
  for (const Tensor &matrix : llvm::drop_begin(evaluation.operands))
    matrices.push_back(floatsOf(matrix));
  Balance balance = balanceOf(floatsOf(evaluation.operands[0]), matrices);
  const std::vector<float> *vectors[] = {&balance.centers, &balance.steps};
  for (auto [to, from] : llvm::zip_equal(evaluation.results, vectors))
    llvm::copy(*from, to.mutableValues<float>().begin());
  return llvm::Error::success();
}

} // namespace llmc
