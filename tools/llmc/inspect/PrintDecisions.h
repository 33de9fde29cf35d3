// What the compiler decided about kernels, and why, for people.
#ifndef LLMC_TOOLS_LLMC_INSPECT_PRINTDECISIONS_H
#define LLMC_TOOLS_LLMC_INSPECT_PRINTDECISIONS_H

#include "tools/llmc/inspect/ModelReport.h"

namespace llmc::tools {

/// Kernels of one function about which the same was decided, as the layers of a Transformer have them, are told of
/// once.
void printDecisions(llvm::ArrayRef<KernelReport> kernels, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
