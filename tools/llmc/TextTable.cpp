// Widths are counted in bytes: what is printed here is ASCII but for names of models.
#include "tools/llmc/TextTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include <algorithm>
#include <cmath>

namespace llmc::tools {

void TextTable::print(llvm::raw_ostream &out) const {
  std::vector<size_t> widths(rows.front().size(), 0);
  for (const auto &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  for (const auto &row : rows) {
    std::string line = " ";
    for (size_t i = 0; i < row.size(); ++i)
      line += " " + row[i] + std::string(widths[i] - row[i].size() + 1, ' ');
    out << llvm::StringRef(line).rtrim() << '\n';
  }
}

std::string formatNumber(const char *format, double value) {
  std::string text;
  double positive = std::fabs(value); // nobody asks for the sign of a NaN
  llvm::raw_string_ostream(text) << llvm::format(format, std::isnan(value) ? positive : value);
  return text;
}

std::string readableBytes(int64_t bytes) {
  double value = static_cast<double>(bytes);
  return bytes < 1 << 20 ? formatNumber("%.1f KB", value / 1024) : formatNumber("%.1f MB", value / 1048576);
}

std::string typeText(const std::string &elementType, const std::vector<std::string> &dims) {
  return elementType + "[" + llvm::join(dims, ", ") + "]";
}

} // namespace llmc::tools
