// Between the tensors of the command line and those of the C APIs.
#ifndef LLMC_TOOLS_LLMC_APITENSORS_H
#define LLMC_TOOLS_LLMC_APITENSORS_H

#include "llmc/llmc.h"
#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

/// Refers to the tensor's dims and bytes.
llmc_tensor viewOf(const HostTensor &tensor);
/// Without a name. The tensor comes from a library that has checked it.
HostTensor copyOf(const llmc_tensor &tensor);

} // namespace llmc::tools

#endif
