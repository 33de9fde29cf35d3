// Scalar expressions as polynomials of two of their values: however an expression is ordered and nested, equal
// polynomials are equal functions.
#ifndef LLMC_COMPILER_PASSES_FUSION_SCALARPOLYNOMIAL_H
#define LLMC_COMPILER_PASSES_FUSION_SCALARPOLYNOMIAL_H

#include "mlir/IR/Value.h"
#include <map>
#include <optional>

namespace llmc::passes {

/// Coefficients of x^i y^j by (i, j).
using Polynomial = std::map<std::pair<unsigned, unsigned>, double>;

/// Reads `scalar` as a polynomial of `x` and `y` of low degree; y may be null. Conversions between float types count as
/// nothing. Nothing where something else takes part.
std::optional<Polynomial> polynomialOf(mlir::Value scalar, mlir::Value x, mlir::Value y = {});

/// Whether both have the same terms and coefficients, these up to a relative `tolerance`.
bool areClose(const Polynomial &a, const Polynomial &b, double tolerance);

} // namespace llmc::passes

#endif
