// The form `(%x = %0 : type, ...)` in which operands are bound to the arguments of a region.
#ifndef LLMC_COMPILER_IR_OPS_REGIONSYNTAX_H
#define LLMC_COMPILER_IR_OPS_REGIONSYNTAX_H

#include "mlir/IR/OpImplementation.h"

namespace llmc::ir {

/// Parses the operands into `result` and fills `arguments`. With `elementTypes` an argument has the operand's element
/// type, else the operand's type.
mlir::ParseResult parseBoundOperands(mlir::OpAsmParser &parser, mlir::OperationState &result,
                                     llvm::SmallVectorImpl<mlir::OpAsmParser::Argument> &arguments, bool elementTypes);
void printBoundOperands(mlir::OpAsmPrinter &printer, llvm::ArrayRef<mlir::BlockArgument> arguments,
                        mlir::ValueRange operands);

/// Fails with a message when the region holds anything but operations on scalars.
llvm::LogicalResult verifyScalarRegion(mlir::Operation *op, mlir::Region &region);

} // namespace llmc::ir

#endif
