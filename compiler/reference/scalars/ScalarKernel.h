// The loop of one scalar operation over a block of elements, and the tables that choose it.
// Meanings beyond those of arith and math: nothing traps. An integer division or remainder by zero
// gives 0, and the least integer divided by -1 gives itself (remainder 0). A shift by the width or
// more gives 0, or the sign for an arithmetic shift. A float that does not fit an integer is
// converted as x86 and so ONNX Runtime do: see Casts.cpp. Half-precision operations are computed in
// f32 (functions in f64) and rounded after each operation; functions of f32 are computed in f64 and
// rounded.
#ifndef LLMC_COMPILER_REFERENCE_SCALARS_SCALARKERNEL_H
#define LLMC_COMPILER_REFERENCE_SCALARS_SCALARKERNEL_H

#include "compiler/reference/ElementTypes.h"
#include "mlir/IR/Operation.h"

namespace llmc::reference {

/// Computes `count` elements. Operands that the operation does not have are not read.
using ScalarKernel = void (*)(const void *const *operands, void *result, int64_t count);

/// What an operation works on: the kinds of its first operand and of its result.
struct ScalarTypes {
  ElementKind from, to;
};

/// Each family gives null for operations that belong to another.
ScalarKernel findIntegerKernel(mlir::Operation *op, ScalarTypes types);
ScalarKernel findFloatKernel(mlir::Operation *op, ScalarTypes types);
ScalarKernel findMathKernel(mlir::Operation *op, ScalarTypes types);
ScalarKernel findCastKernel(mlir::Operation *op, ScalarTypes types);
/// Conversion between floats of any two kinds.
ScalarKernel floatConversion(ElementKind from, ElementKind to);

template <typename T> T *elements(void *block) { return static_cast<T *>(block); }
template <typename T> const T *elements(const void *block) { return static_cast<const T *>(block); }

/// Loops over functions that are constants, so that each is inlined into a loop of its own.
/// Elements are given to the function as Compute and rounded to Result behind it.
template <const auto &Function, typename Element, typename Compute, typename Result>
void unaryLoop(const void *const *operands, void *result, int64_t count) {
  const Element *a = elements<Element>(operands[0]);
  Result *out = elements<Result>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = static_cast<Result>(Function(static_cast<Compute>(a[i])));
}

template <const auto &Function, typename Element, typename Compute, typename Result>
void binaryLoop(const void *const *operands, void *result, int64_t count) {
  const Element *a = elements<Element>(operands[0]), *b = elements<Element>(operands[1]);
  Result *out = elements<Result>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = static_cast<Result>(Function(static_cast<Compute>(a[i]), static_cast<Compute>(b[i])));
}

template <const auto &Function, typename Element, typename Compute, typename Result>
void ternaryLoop(const void *const *operands, void *result, int64_t count) {
  const Element *a = elements<Element>(operands[0]), *b = elements<Element>(operands[1]);
  const Element *c = elements<Element>(operands[2]);
  Result *out = elements<Result>(result);
  for (int64_t i = 0; i < count; ++i)
    out[i] = static_cast<Result>(
        Function(static_cast<Compute>(a[i]), static_cast<Compute>(b[i]), static_cast<Compute>(c[i])));
}

/// The type in which sums and products of floats are computed.
template <typename Float> struct Arithmetic {
  using Type = float;
};
template <> struct Arithmetic<double> {
  using Type = double;
};

} // namespace llmc::reference

#endif
