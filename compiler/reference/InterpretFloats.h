// A function whose caches may be in few bits, run by the reference on values for the model of floats that it was.
#ifndef LLMC_COMPILER_REFERENCE_INTERPRETFLOATS_H
#define LLMC_COMPILER_REFERENCE_INTERPRETFLOATS_H

#include "compiler/ir/WeightStore.h"
#include "compiler/reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace llmc::reference {

/// The outputs of the model of floats, but for what codes round.
llvm::Expected<std::vector<Tensor>> interpretFloats(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs,
                                                    ir::WeightStore &weights);

} // namespace llmc::reference

#endif
