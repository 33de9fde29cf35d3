// Whether results of a kernel can be computed where its anchor's elements arise: then each element of a result belongs
// to one position of the anchor, and nobody asks for the anchor's value at another one.
#ifndef LLMC_COMPILER_CODEGEN_KERNEL_EPILOGUE_H
#define LLMC_COMPILER_CODEGEN_KERNEL_EPILOGUE_H

#include "compiler/codegen/kernel/KernelFrame.h"

namespace llmc::codegen {

/// For each axis of `result` the axis of `anchor` that it is, where the result is reached from the anchor through maps
/// of equal sizes and transposes, or does not depend on it and has its sizes; nothing otherwise. The anchor is the only
/// one of the kernel that does not lie in memory.
std::optional<llvm::SmallVector<int64_t>> axesAt(KernelFrame &frame, mlir::Value result, mlir::Value anchor);

} // namespace llmc::codegen

#endif
