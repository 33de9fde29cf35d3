#include "compiler/reference/ZeroBlocks.h"

namespace llmc::reference {

std::vector<int64_t> blocksWithNumbers(const Tensor &matrix, int64_t firstColumn, int64_t panel, int64_t group) {
  std::vector<int64_t> found;
  int64_t columns = matrix.size(1), endColumn = std::min(firstColumn + panel, columns);
  for (int64_t row = 0; row < matrix.size(0); ++row)
    for (int64_t column = firstColumn; column < endColumn; ++column)
      if (matrix.number(row * columns + column) != 0 && (found.empty() || found.back() != row / group))
        found.push_back(row / group);
  return found;
}

int64_t mostBlocksWithNumbers(const Tensor &matrix, int64_t panel, int64_t group) {
  size_t most = 0;
  for (int64_t first = 0; first < matrix.size(1); first += panel)
    most = std::max(most, blocksWithNumbers(matrix, first, panel, group).size());
  return static_cast<int64_t>(most);
}

} // namespace llmc::reference
