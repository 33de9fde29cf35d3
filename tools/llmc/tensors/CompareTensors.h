// How far a tensor is from the one that was expected.
#ifndef LLMC_TOOLS_LLMC_TENSORS_COMPARETENSORS_H
#define LLMC_TOOLS_LLMC_TENSORS_COMPARETENSORS_H

#include "compiler/support/Comparison.h"
#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// Compares values; element types may differ, shapes may not (that is the error). 64-bit integers
// are told apart exactly.
llvm::Expected<Comparison> compareTensors(const HostTensor &got, const HostTensor &want, Tolerance tolerance);

} // namespace llmc::tools
#endif
