// Convolutions as products.
#ifndef LLMC_COMPILER_IR_WINDOWPRODUCTS_H
#define LLMC_COMPILER_IR_WINDOWPRODUCTS_H

#include "compiler/ir/LlmcDialect.h"

namespace llmc::ir {

class DimAnalysis;

/// Whether a convolution is one product: without groups, and of a filter whose sizes are known.
bool isProductOfWindows(ConvOp op);
/// conv(x, w) = transpose(unfold(x) * w'), where w' is the filters as columns, with what stands for `op`'s input and
/// filter.
mlir::Value productOfWindows(mlir::OpBuilder &builder, ConvOp op, mlir::Value input, mlir::Value filter, bool isWide);

/// Whether few taps show many channels each.
bool hasWideRows(ConvOp op);
/// The same where channels lie side by side: each tap shows a row of them, so that windows are rows one after the
/// other. One such convolution behind another needs no transpose between them.
mlir::Value productOfRows(mlir::OpBuilder &builder, ConvOp op, mlir::Value input, mlir::Value filter, bool isWide,
                          DimAnalysis &dims);

} // namespace llmc::ir

#endif
