#include "compiler/evaluation/LabelScore.h"
#include "compiler/execution/TensorRows.h"
#include "compiler/support/UsageError.h"
#include "llmc/dtype.h"
#include <algorithm>

namespace llmc::evaluation {

using namespace execution;

bool LabelScore::fits(const llmc_tensor &logits, const llmc_tensor &labels) {
  bool areWhole = labels.dtype == LLMC_DTYPE_I32 || labels.dtype == LLMC_DTYPE_I64;
  return areWhole && isOfFloats(logits) && logits.rank == labels.rank + 1 && labels.rank > 0 &&
         llvm::ArrayRef(logits.dims, labels.rank) == llvm::ArrayRef(labels.dims, labels.rank);
}

llvm::Error LabelScore::add(const llmc_tensor &logits, const llmc_tensor &labels, const std::vector<bool> &counted) {
  size_t width = static_cast<size_t>(logits.dims[logits.rank - 1]), count = elementCount(labels);
  size_t last = static_cast<size_t>(labels.dims[labels.rank - 1]); // positions of a sequence
  std::vector<double> row(width);
  for (size_t i = 0; i < count; ++i) {
    if (next && (i + 1) % last == 0)
      continue;
    size_t at = i + next; // of the label
    int64_t label = wholeAt(labels, at);
    if (label < 0 || (!counted.empty() && !(counted[i] && counted[at])))
      continue;
    if (static_cast<size_t>(label) >= width)
      return usageError("the label " + llvm::Twine(label) + " is beyond the " + llvm::Twine(width) +
                        " elements of a row; try: labels that are places in a row, or below 0 where there is none");
    readFloats(logits, i * width, row);
    double largest = *std::max_element(row.begin(), row.end()), sum = 0;
    for (double value : row)
      sum += std::exp(value - largest);
    right += std::max_element(row.begin(), row.end()) - row.begin() == label;
    loss += largest + std::log(sum) - row[static_cast<size_t>(label)];
    ++rows;
  }
  return llvm::Error::success();
}

} // namespace llmc::evaluation
