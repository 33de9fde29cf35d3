// numpy's .npz format: a zip archive with one .npy file per tensor.
#ifndef LLMC_TOOLS_LLMC_TENSORS_NPZFILE_H
#define LLMC_TOOLS_LLMC_TENSORS_NPZFILE_H

#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

// The tensors in the order of the archive; the name is the entry's without ".npy". Messages begin
// with `origin`.
llvm::Expected<std::vector<HostTensor>> parseNpz(llvm::StringRef contents, llvm::StringRef origin);

// The same tensors give the same bytes. Names must differ from one another.
llvm::Expected<std::string> printNpz(llvm::ArrayRef<HostTensor> tensors);

} // namespace llmc::tools
#endif
