// Values of the dim symbols of a function, read off the sizes of its inputs.
#ifndef LLMC_COMPILER_REFERENCE_DIMSYMBOLS_H
#define LLMC_COMPILER_REFERENCE_DIMSYMBOLS_H

#include "compiler/reference/Tensor.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::reference {

/// Checks the inputs against the arguments of `function` and solves their formulas for the symbols.
/// A formula that is one symbol binds it; one with a single unknown symbol is solved for it where
/// it is linear; all others are checked. An axis without a formula binds `argI_AXIS`. Fails with a
/// message that names input, axis and both sizes.
llvm::Expected<llvm::StringMap<int64_t>> bindDimSymbols(mlir::func::FuncOp function, llvm::ArrayRef<Tensor> inputs);

} // namespace llmc::reference

#endif
