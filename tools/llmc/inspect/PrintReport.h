// Reports for people and for programs.
#ifndef LLMC_TOOLS_LLMC_INSPECT_PRINTREPORT_H
#define LLMC_TOOLS_LLMC_INSPECT_PRINTREPORT_H

#include "compiler/pipeline/DimChoice.h"
#include "tools/llmc/inspect/ModelReport.h"

namespace llmc::tools {

/// What pruning took; nothing where that is nothing.
void printRemovals(llvm::ArrayRef<RemovalReport> removals, llvm::raw_ostream &out);
/// Where a number stands for a formula, symbols have the values of `dims` (the largest of a range), or else 128 within
/// what they may be.
void printReport(ModelReport report, const pipeline::DimChoice &dims, llvm::raw_ostream &out);
void printReportJson(ModelReport report, const pipeline::DimChoice &dims, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
