#include "compiler/evaluation/Metrics.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace llmc::evaluation {

llvm::ArrayRef<MetricInfo> metrics() {
  static constexpr MetricInfo all[] = {
      {Metric::Cosine, "cosine", "mean cosine of rows", true, 0.995},
      {Metric::LeastCosine, "least-cosine", "least cosine of a row", true, 0.98},
      {Metric::PooledCosine, "pooled-cosine", "mean cosine of the samples' mean rows", true, 0.995},
      {Metric::Neighbours, "neighbours", "samples that keep their nearest neighbour", true, 0.9},
      {Metric::Top1, "top1", "rows whose greatest element stays the greatest", true, 0.99},
      {Metric::Top5, "top5", "of the five greatest elements of rows, those that stay among them", true, 0.99},
      {Metric::Sqnr, "sqnr", "signal to noise, dB", true, 30},
      {Metric::Error, "error", "root of the mean square error, of that of the values", false, 0.05},
      {Metric::MaxAbsolute, "max-abs", "greatest error", false, 0.1},
  };
  return all;
}

const MetricInfo &infoOf(Metric metric) { return metrics()[static_cast<size_t>(metric)]; }

static llvm::Error unreadable(llvm::StringRef text, const llvm::Twine &reason) {
  std::string names;
  for (const MetricInfo &info : metrics())
    names += (names.empty() ? "" : ", ") + std::string(info.name);
  return usageError("can't read the accuracy budget \"" + text + "\": " + reason +
                    "; try: cosine>=0.995, or a bound of one of " + names);
}

llvm::Expected<Budget> Budget::parse(llvm::StringRef text) {
  llvm::StringRef whole = text;
  size_t sign = text.find_first_of("<>=");
  llvm::StringRef name = sign == llvm::StringRef::npos ? "error" : text.take_front(sign).trim();
  auto info = llvm::find_if(metrics(), [&](const MetricInfo &each) { return name == each.name; });
  if (info == metrics().end())
    return unreadable(whole, "there is no metric \"" + name + "\"");
  bool isPercent = text.consume_back("%");
  if (sign == llvm::StringRef::npos && !isPercent)
    return unreadable(whole, "it names no metric");
  if (sign != llvm::StringRef::npos) {
    text = text.drop_front(sign);
    bool asksForMore = text.consume_front(">"), asksForLess = !asksForMore && text.consume_front("<");
    text.consume_front("=");
    if (info->moreIsBetter ? asksForLess : asksForMore)
      return unreadable(whole, llvm::Twine("the better ") + info->name + " is the " +
                                   (info->moreIsBetter ? "greater" : "smaller") + " one");
  }
  Budget budget = {info->metric, 0};
  if (text.trim().getAsDouble(budget.bound) || !std::isfinite(budget.bound))
    return unreadable(whole, "its bound is no number");
  if (isPercent)
    budget.bound /= 100;
  return budget;
}

bool Budget::holds(double value) const { return infoOf(metric).moreIsBetter ? value >= bound : value <= bound; }

std::string Budget::text() const {
  const MetricInfo &info = infoOf(metric);
  std::string text = info.name + std::string(info.moreIsBetter ? ">=" : "<=");
  llvm::raw_string_ostream(text) << llvm::format("%.15g", bound);
  return text;
}

} // namespace llmc::evaluation
