// Parsing, printing and checking of regions with bound operands.
#include "compiler/ir/ops/RegionSyntax.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

ParseResult parseBoundOperands(OpAsmParser &parser, OperationState &result,
                               SmallVectorImpl<OpAsmParser::Argument> &arguments, bool elementTypes) {
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SmallVector<Type> types;
  SMLoc location = parser.getCurrentLocation();
  auto parseOne = [&]() -> ParseResult {
    OpAsmParser::Argument argument;
    OpAsmParser::UnresolvedOperand operand;
    Type type;
    if (parser.parseArgument(argument) || parser.parseEqual() || parser.parseOperand(operand) ||
        parser.parseColonType(type))
      return failure();
    argument.type = elementTypes ? getElementTypeOrSelf(type) : type;
    arguments.push_back(argument);
    operands.push_back(operand);
    types.push_back(type);
    return success();
  };
  return failure(parser.parseCommaSeparatedList(OpAsmParser::Delimiter::Paren, parseOne) ||
                 parser.resolveOperands(operands, types, location, result.operands));
}

void printBoundOperands(OpAsmPrinter &printer, ArrayRef<BlockArgument> arguments, ValueRange operands) {
  printer << '(';
  llvm::interleaveComma(llvm::zip(arguments, operands), printer, [&](auto pair) {
    auto [argument, operand] = pair;
    printer << argument << " = " << operand << " : " << operand.getType();
  });
  printer << ')';
}

LogicalResult verifyScalarRegion(Operation *op, Region &region) {
  for (Operation &inner : region.front().without_terminator())
    if (!isa<arith::ArithDialect, math::MathDialect>(inner.getDialect()) && !isa<GeluOp>(inner))
      return op->emitOpError("holds '") << inner.getName()
                                        << "', but only operations of arith, math and llmc.gelu are scalar maths";
  return success();
}

} // namespace llmc::ir
