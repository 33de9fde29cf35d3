// Numbers of tensors, row by row.
#ifndef LLMC_COMPILER_EXECUTION_TENSORROWS_H
#define LLMC_COMPILER_EXECUTION_TENSORROWS_H

#include "llmc/llmc.h"
#include "llvm/ADT/ArrayRef.h"

namespace llmc::execution {

size_t elementCount(const llmc_tensor &tensor);
size_t bytesIn(const llmc_tensor &tensor);
bool isOfFloats(const llmc_tensor &tensor);
/// Whether no element is NaN or infinite; whole numbers never are.
bool areFinite(const llmc_tensor &tensor);
/// The elements of a tensor of floats from `first` on.
void readFloats(const llmc_tensor &tensor, size_t first, llvm::MutableArrayRef<double> row);
/// An element of a tensor of i32 or i64.
int64_t wholeAt(const llmc_tensor &tensor, size_t index);

} // namespace llmc::execution

#endif
