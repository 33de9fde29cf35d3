// Tensors at a glance, for a terminal.
#ifndef LLMC_TOOLS_LLMC_PRINTTENSORS_H
#define LLMC_TOOLS_LLMC_PRINTTENSORS_H

#include "tools/llmc/tensors/HostTensor.h"
#include "llvm/Support/raw_ostream.h"

namespace llmc::tools {

/// A line a tensor: name, type, range of the values, the first few of them, and how many are no numbers.
void printTensors(llvm::ArrayRef<HostTensor> tensors, llvm::raw_ostream &out);

} // namespace llmc::tools

#endif
