// As one page of HTML that needs nothing else: no network, no other file.
#ifndef LLMC_COMPILER_REPORT_PAGE_H
#define LLMC_COMPILER_REPORT_PAGE_H

#include "compiler/report/Facts.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::report {

void writePage(const Report &report, llvm::raw_ostream &stream);

} // namespace llmc::report

#endif
