#include "compiler/report/Escape.h"
#include "llvm/Support/JSON.h"

namespace llmc::report {

/// Valid UTF-8 on one line, in which the characters of `markup` are written by their numbers.
static std::string escape(llvm::StringRef text, llvm::StringRef markup) {
  std::string result;
  for (char c : llvm::json::fixUTF8(text)) {
    auto code = static_cast<unsigned char>(c);
    if (code < 0x20 || code == 0x7f)
      result += ' ';
    else if (markup.contains(c))
      result += "&#" + std::to_string(code) + ";";
    else
      result += c;
  }
  return result;
}

std::string escapeHtml(llvm::StringRef text) { return escape(text, "&<>\"'`"); }

std::string escapeMarkdown(llvm::StringRef text) { return escape(text, "&<>|`*_[]\\#~!$"); }

} // namespace llmc::report
