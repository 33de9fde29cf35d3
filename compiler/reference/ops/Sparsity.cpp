// Weights with zeros, and where these are.
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/Sparsifier.h"
#include "compiler/reference/ZeroBlocks.h"
#include <cstring>

using namespace mlir;

namespace llmc {
using namespace reference;

llvm::Error ir::SparsifyOp::evaluate(Evaluation &evaluation) {
  std::vector<float> matrix = floatsOf(evaluation.operands[0]);
  Sparsifier::Pattern pattern = {static_cast<int64_t>(getRows()), static_cast<int64_t>(getColumns()),
                                 static_cast<int64_t>(getKept()), static_cast<int64_t>(getSpan())};
  Sparsifier sparsifier(matrix, evaluation.operands[0].size(0), pattern,
                        getMoments() ? floatsOf(evaluation.operands[1]) : std::vector<float>(), evaluation.threads());
  dispatchFloat(evaluation.result.kind(), [&](auto element) {
    using T = decltype(element);
    for (auto [to, number] : llvm::zip_equal(evaluation.result.mutableValues<T>(), sparsifier.result()))
      to = static_cast<T>(number);
  });
  return llvm::Error::success();
}

llvm::Error ir::FindBlocksOp::evaluate(Evaluation &evaluation) {
  const Tensor &matrix = evaluation.operands[0];
  auto panel = static_cast<int64_t>(getPanel()), group = static_cast<int64_t>(getGroup()),
       count = static_cast<int64_t>(getCount());
  MutableArrayRef<int32_t> result = evaluation.result.mutableValues<int32_t>();
  for (int64_t p = 0; p < evaluation.result.size(0); ++p) {
    std::vector<int64_t> found = blocksWithNumbers(matrix, p * panel, panel, group);
    if (static_cast<int64_t>(found.size()) > count)
      return evaluation.fail("finds " + Twine(found.size()) + " blocks in panel " + Twine(p) +
                             " that are not zero, not " + Twine(count));
    for (int64_t other = 0; static_cast<int64_t>(found.size()) < count; ++other)
      if (auto place = llvm::lower_bound(found, other); place == found.end() || *place != other)
        found.insert(place, other);
    llvm::copy(found, result.begin() + p * count);
  }
  return llvm::Error::success();
}

llvm::Error ir::PackBlocksOp::evaluate(Evaluation &evaluation) {
  const Tensor &matrix = evaluation.operands[0];
  Tensor &result = evaluation.result;
  auto panel = static_cast<int64_t>(getPanel()), group = static_cast<int64_t>(getGroup());
  int64_t rows = matrix.size(0), columns = matrix.size(1), bytes = elementBytes(matrix.kind());
  std::memset(result.mutableBytes().data(), 0, result.byteCount()); // what is missing
  char *to = result.mutableBytes().data();
  for (auto [number, block] : llvm::enumerate(evaluation.operands[1].values<int32_t>())) {
    int64_t firstColumn = static_cast<int64_t>(number) / result.size(1) * panel;
    if (block < 0 || block * group >= rows)
      return evaluation.fail("has no block " + Twine(block));
    for (int64_t column = firstColumn; column < firstColumn + panel; ++column)
      for (int64_t row = block * group; row < (block + 1) * group; ++row, to += bytes)
        if (row < rows && column < columns)
          std::memcpy(to, matrix.bytes().data() + (row * columns + column) * bytes, bytes);
  }
  return llvm::Error::success();
}

} // namespace llmc
