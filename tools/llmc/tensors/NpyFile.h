// numpy's .npy format, versions 1 to 3, little-endian.
//
// bf16 has no type there: it is written as '<u2' and read back as u16; who expects bf16 calls
// HostTensor::retype. '|V2' and '<V2', which numpy writes for ml_dtypes' bfloat16, read as bf16.
#ifndef LLMC_TOOLS_LLMC_TENSORS_NPYFILE_H
#define LLMC_TOOLS_LLMC_TENSORS_NPYFILE_H

#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// The tensor in the contents of a file; Fortran order becomes row-major. Messages begin with
// `origin`.
llvm::Expected<HostTensor> parseNpy(llvm::StringRef contents, llvm::StringRef origin);

// The contents of a file of version 1, or 2 where the header is too long for that.
std::string printNpy(const HostTensor &tensor);

} // namespace llmc::tools
#endif
