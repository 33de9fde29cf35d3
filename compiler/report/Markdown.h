// As Markdown, with tables, for people and for what renders it.
#ifndef LLMC_COMPILER_REPORT_MARKDOWN_H
#define LLMC_COMPILER_REPORT_MARKDOWN_H

#include "compiler/report/Facts.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::report {

void writeMarkdown(const Report &report, llvm::raw_ostream &stream);

} // namespace llmc::report

#endif
