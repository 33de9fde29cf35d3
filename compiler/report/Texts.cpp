#include "compiler/report/Texts.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>

namespace llmc::report {

/// Three digits, as many of them behind the point as the number is small.
static std::string threeDigits(double number) {
  int decimals = number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%.*f", decimals, number);
  return text;
}

static std::string formatted(const char *format, double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format(format, number);
  return text;
}

/// In the largest unit that leaves at least one whole.
static std::string inUnits(double number, double step, llvm::ArrayRef<const char *> units) {
  size_t unit = 0;
  for (; unit + 1 < units.size() && number >= step * 0.9995; ++unit)
    number /= step;
  return threeDigits(number) + " " + units[unit];
}

std::string bytesText(uint64_t bytes) {
  if (bytes < 1024)
    return std::to_string(bytes) + " B";
  return inUnits(double(bytes) / 1024, 1024, {"KB", "MB", "GB", "TB"});
}

std::string secondsText(double seconds) { return inUnits(seconds * 1e6, 1000, {"µs", "ms", "s"}); }

std::string numberText(double number) { return formatted("%.3g", number); }

std::string metricText(double value) { return formatted("%.6g", value); }

std::string cosineText(double cosine) { return formatted("%.6f", cosine); }

std::string decibelText(double decibels) { return formatted("%.1f dB", decibels); }

std::string percentText(double share) { return formatted("%.3g %%", share * 100); }

std::string sizesText(llvm::ArrayRef<int64_t> sizes) {
  std::string text;
  for (int64_t size : sizes)
    text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text;
}

} // namespace llmc::report
