// What operations cost, as formulas over the dim symbols: arithmetic and traffic, not time.
//
// Rules of counting, the same for every operation of a kind, so that sums can be compared between models and compilers:
// a contraction has 2 FLOPs (multiply, add) a product; a map one a float operation of its region, constants and casts
// aside, and element of its result; a reduction one a float operation of its region and element of its input; softmax 5
// an element (maximum, subtract, exp, sum, divide); norm 6 an element for layer (sum, subtract, square, sum, scale by
// the deviation, and its part of the root), 4 for rms, and one each for scale and bias; attention what its products,
// its region as a map and its softmax have. Movement has none. A function such as exp counts as one, GELU as its
// formula (5 by erf, 9 by tanh).
#ifndef LLMC_COMPILER_IR_COST_H
#define LLMC_COMPILER_IR_COST_H

#include "compiler/ir/DimAnalysis.h"

namespace llmc::ir {

/// FLOPs of one operation; of a kernel, those of its region. Integer arithmetic on tensors is not counted.
DimExpr flopsOf(mlir::Operation *op, DimAnalysis &dims);
/// Of these, those of products of bf16, which machines do at another speed.
DimExpr halfFlopsOf(mlir::Operation *op, DimAnalysis &dims);
/// The same for products of bytes: 2 a product.
DimExpr byteOpsOf(mlir::Operation *op, DimAnalysis &dims);

/// Float operations in a region of scalars, by the same rules.
int64_t countFloatOps(mlir::Block &body);

DimExpr elementsOf(mlir::Value tensor, DimAnalysis &dims);

/// Bytes of a tensor: a bool takes one.
DimExpr bytesOf(mlir::Value tensor, DimAnalysis &dims);

/// Bytes that an operation reads and writes when each of its tensors is touched once; of a tensor from which parts are
/// picked (gather, slice) only these.
DimExpr trafficOf(mlir::Operation *op, DimAnalysis &dims);

} // namespace llmc::ir

#endif
