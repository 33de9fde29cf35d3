// Copies between regular patterns of elements: what transposes, slices, pads and packing are made
// of.
#ifndef LLMC_COMPILER_REFERENCE_STRIDEDCOPY_H
#define LLMC_COMPILER_REFERENCE_STRIDEDCOPY_H

#include "llvm/ADT/ArrayRef.h"
#include <cstdint>

namespace llmc::reference {

/// Copies an array of `shape`. Strides are counted in elements and may be 0 in the source, or
/// negative. Runs at the speed of memory, also for transposes.
void copyStrided(char *target, llvm::ArrayRef<int64_t> targetStrides, const char *source,
                 llvm::ArrayRef<int64_t> sourceStrides, llvm::ArrayRef<int64_t> shape, int64_t elementBytes);

} // namespace llmc::reference

#endif
