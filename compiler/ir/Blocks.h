// The blocks in which the tensors of a model are computed.
#ifndef LLMC_COMPILER_IR_BLOCKS_H
#define LLMC_COMPILER_IR_BLOCKS_H

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"

namespace llmc::ir {

/// The body of a function and the blocks of branches and loops in it, each behind the one that it stands in. Regions
/// that are the meaning of one operation, such as those of kernels and maps, are none of them.
llvm::SmallVector<mlir::Block *> tensorBlocks(mlir::func::FuncOp function);

} // namespace llmc::ir

#endif
