// How far a tensor is from the one that the reference computes, and how far it may be.
#ifndef LLMC_COMPILER_REFERENCE_COMPARETENSORS_H
#define LLMC_COMPILER_REFERENCE_COMPARETENSORS_H

#include "compiler/reference/Tensor.h"
#include "compiler/support/Comparison.h"
#include "mlir/IR/Operation.h"

namespace llmc::reference {

/// What rounding alone may do to a result of this type when sums run in another order: 1e-4 + 1e-3 * |want| for f32 and
/// f64 (kernels may compute in f32), 2e-3 + 1e-2 * |want| for f16, 2e-2 + 5e-2 * |want| for bf16, nothing for integers.
Tolerance roundingTolerance(mlir::Type elementType);
/// The same for a result of this type that is computed by `root` and what is inside: the loosest of all float types
/// there, as an f32 output of a model in f16 is no better than f16. Integers stay exact.
Tolerance roundingTolerance(mlir::Type elementType, mlir::Operation *root);

/// Compares values. Fails where shapes or element types differ.
llvm::Expected<Comparison> compareTensors(const Tensor &got, const Tensor &want, Tolerance tolerance);

/// Where a row-major position lies: "[0, 3, 17]".
std::string positionText(llvm::ArrayRef<int64_t> shape, uint64_t position);

} // namespace llmc::reference

#endif
