// As JSON, the form that programs read: docs/guide/report.md tells what is in it.
#ifndef LLMC_COMPILER_REPORT_JSON_H
#define LLMC_COMPILER_REPORT_JSON_H

#include "compiler/report/Facts.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::report {

void writeJson(const Report &report, llvm::raw_ostream &stream);

} // namespace llmc::report

#endif
