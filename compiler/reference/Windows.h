// The windows of a convolution laid out as rows of a matrix: llmc.unfold, and the first half of
// llmc.conv.
#ifndef LLMC_COMPILER_REFERENCE_WINDOWS_H
#define LLMC_COMPILER_REFERENCE_WINDOWS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace llmc::reference {

/// Where windows lie; one entry a spatial axis.
struct Windows {
  llvm::ArrayRef<int64_t> sizes; // of the input
  llvm::ArrayRef<int64_t> window, strides, dilations, padLow;
  llvm::ArrayRef<int64_t> places; // of the result
};

/// Copies what `channels` channels of one image show through each window:
/// `target[place][channel][window]`, zero outside the image. Element bytes are 1, 2, 4 or 8.
void unfoldWindows(const Windows &windows, int64_t channels, const char *source, char *target, int64_t elementBytes);

} // namespace llmc::reference

#endif
