// Columns for a terminal.
#ifndef LLMC_TOOLS_LLMC_TEXTTABLE_H
#define LLMC_TOOLS_LLMC_TEXTTABLE_H

#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace llmc::tools {

class TextTable {
public:
  explicit TextTable(std::vector<std::string> header) : rows{std::move(header)} {}
  /// As many cells as the header has.
  void add(std::vector<std::string> row) { rows.push_back(std::move(row)); }
  /// Each row indented by two; columns as wide as their widest cell, the last one as it is.
  void print(llvm::raw_ostream &out) const;

private:
  std::vector<std::vector<std::string>> rows;
};

/// "%.3g" and the like.
std::string formatNumber(const char *format, double value);
/// "12.0 KB"
std::string readableBytes(int64_t bytes);
/// "f32[2, 8]"; sizes may be formulas.
std::string typeText(const std::string &elementType, const std::vector<std::string> &dims);

} // namespace llmc::tools

#endif
