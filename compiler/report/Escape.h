// Text that comes from outside, in a page.
#ifndef LLMC_COMPILER_REPORT_ESCAPE_H
#define LLMC_COMPILER_REPORT_ESCAPE_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace llmc::report {

/// As text or as the value of an attribute in HTML: no character of it is markup, and bytes that are no text are
/// marked.
std::string escapeHtml(llvm::StringRef text);

/// As text in a line or a cell of Markdown.
std::string escapeMarkdown(llvm::StringRef text);

} // namespace llmc::report

#endif
