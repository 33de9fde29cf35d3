// Work on several threads that is the same whatever their number.
#ifndef LLMC_COMPILER_SUPPORT_PARALLEL_H
#define LLMC_COMPILER_SUPPORT_PARALLEL_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include <cstdint>

namespace llmc {

/// Calls `work` for 0 to count - 1, each once, in any order and on at most so many threads, of which the caller's is
/// one; 0 stands for all that the process may use. Fewer where no more can be had. What the work throws, the caller
/// gets once all threads are done.
void forEachInParallel(unsigned threads, int64_t count, llvm::function_ref<void(int64_t)> work);

} // namespace llmc

#endif
