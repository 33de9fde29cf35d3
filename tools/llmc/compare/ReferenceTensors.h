// Between the tensors of files and runs, and those of the reference.
#ifndef LLMC_TOOLS_LLMC_COMPARE_REFERENCETENSORS_H
#define LLMC_TOOLS_LLMC_COMPARE_REFERENCETENSORS_H

#include "compiler/reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tools/llmc/ModelInputs.h"

namespace llmc::tools {

/// What a function takes, at any stage of the compiler.
std::vector<TensorDeclaration> inputsOf(mlir::func::FuncOp function);

/// A view of the tensor's bytes, which must outlive it. Fails where the element type has another width.
llvm::Expected<reference::Tensor> toReference(const HostTensor &tensor, mlir::Type elementType);

/// Views of all inputs, which must outlive them; fails where one has not the declared element type.
llvm::Expected<std::vector<reference::Tensor>> inputsFor(mlir::func::FuncOp function,
                                                         llvm::ArrayRef<HostTensor> tensors);

} // namespace llmc::tools

#endif
