// How near results are to those that are wanted, in one number, and what is asked of that.
#ifndef LLMC_COMPILER_EVALUATION_METRICS_H
#define LLMC_COMPILER_EVALUATION_METRICS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llmc::evaluation {

/// A row lies along the last axis of an output; a sample is all that has one index of the first axis.
enum class Metric { Cosine, LeastCosine, PooledCosine, Neighbours, Top1, Top5, Sqnr, Error, MaxAbsolute };

struct MetricInfo {
  Metric metric;
  const char *name;    // for users, "least-cosine"
  const char *meaning; // "mean cosine of rows"
  bool moreIsBetter;
  double usual; // a bound that shows its form in messages
};

/// All there are, in the order of the enumeration.
llvm::ArrayRef<MetricInfo> metrics();
const MetricInfo &infoOf(Metric metric);

/// A bound of one metric, as users write it: "cosine>=0.995", "error<=0.5%".
struct Budget {
  Metric metric = Metric::Cosine;
  double bound = 0;

  /// METRIC=VALUE is short for the direction that the metric has, and VALUE% alone for the error. A UsageError where
  /// that is no metric, or no number.
  static llvm::Expected<Budget> parse(llvm::StringRef text);
  /// Whether a value keeps it; NaN never does.
  bool holds(double value) const;
  /// "cosine>=0.995"
  std::string text() const;
};

} // namespace llmc::evaluation

#endif
