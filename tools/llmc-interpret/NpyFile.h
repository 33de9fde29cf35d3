// NumPy's .npy files, as much of them as tests need: version 1, row-major, little-endian. Half precision without a
// NumPy type (bf16) travels as uint16.
#ifndef LLMC_TOOLS_LLMC_INTERPRET_NPYFILE_H
#define LLMC_TOOLS_LLMC_INTERPRET_NPYFILE_H

#include "compiler/reference/Tensor.h"
#include <string>

namespace llmc {

/// Reads a tensor that will be used as `elementType`. Fails when the file holds elements of another width.
llvm::Expected<reference::Tensor> readNpy(const std::string &path, mlir::Type elementType);
llvm::Error writeNpy(const std::string &path, const reference::Tensor &tensor);

} // namespace llmc

#endif
