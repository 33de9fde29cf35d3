// Tensor files by the end of their name: .npy, .npz, .pb, and directories of numbered .pb files as
// ONNX lays out its test data.
#ifndef LLMC_TOOLS_LLMC_TENSORS_TENSORFILES_H
#define LLMC_TOOLS_LLMC_TENSORS_TENSORFILES_H

#include "tools/llmc/tensors/HostTensor.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace llmc::tools {

// All tensors of a file. A .npy file gives one without name.
llvm::Expected<std::vector<HostTensor>> readTensorFile(llvm::StringRef path);

// A file may hold what goes into a model and what comes out side by side, as in:NAME and out:NAME. Gives those with
// this mark by their names, or all tensors where none has it; a name that `isName` knows has no mark.
std::vector<HostTensor> partOf(std::vector<HostTensor> tensors, llvm::StringRef mark,
                               llvm::function_ref<bool(llvm::StringRef)> isName);

// .npy and .pb hold exactly one tensor. An existing file is replaced, in one step.
llvm::Error writeTensorFile(llvm::StringRef path, llvm::ArrayRef<HostTensor> tensors);

// PREFIX_0.pb, PREFIX_1.pb, ... of a directory, up to the first number that is missing. `prefix` is
// "input" or "output". None at all is fine: some models take no input.
llvm::Expected<std::vector<HostTensor>> readTensorDirectory(llvm::StringRef directory, llvm::StringRef prefix);

// Makes the directory if need be. Files of higher numbers from earlier calls are left alone.
llvm::Error writeTensorDirectory(llvm::StringRef directory, llvm::StringRef prefix, llvm::ArrayRef<HostTensor> tensors);

} // namespace llmc::tools
#endif
