// How well a model tells what is known to be true: labels of rows, or the tokens that come next.
#ifndef LLMC_COMPILER_EVALUATION_LABELSCORE_H
#define LLMC_COMPILER_EVALUATION_LABELSCORE_H

#include "llmc/llmc.h"
#include "llvm/Support/Error.h"
#include <cmath>
#include <vector>

namespace llmc::evaluation {

class LabelScore {
public:
  /// `next`: the label of a row is that of the position behind it, along the last axis of the labels.
  explicit LabelScore(bool next) : next(next) {}

  /// Whether the labels, whole numbers, are one for each row of the logits.
  static bool fits(const llmc_tensor &logits, const llmc_tensor &labels);
  /// Rows that don't count, and labels below 0, are left out. A UsageError where a label is no place in a row.
  llvm::Error add(const llmc_tensor &logits, const llmc_tensor &labels, const std::vector<bool> &counted);

  uint64_t count() const { return rows; }
  /// Share of rows whose greatest element is the label's.
  double accuracy() const { return right / double(rows); }
  double perplexity() const { return std::exp(loss / double(rows)); }

private:
  bool next;
  uint64_t rows = 0;
  double right = 0, loss = 0;
};

} // namespace llmc::evaluation

#endif
