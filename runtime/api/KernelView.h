// What an observer sees of the kernel that has just run. The image tells in which words the sizes and
// places of its results are.
#ifndef LLMC_RUNTIME_API_KERNELVIEW_H
#define LLMC_RUNTIME_API_KERNELVIEW_H

#include "llmc/artefact.h"
#include "llmc/llmc.h"

// Lives on the stack of the call of the observer.
struct llmc_kernel_view {
  const llmc_image &image;
  const llmc_frame &frame;
  uint32_t kernel;

  llmc_kernel_view_info info() const;

  // False where the index is out of range, or what the image says of the result contradicts itself.
  bool result(uint32_t index, llmc_tensor &tensor) const;
};

#endif
