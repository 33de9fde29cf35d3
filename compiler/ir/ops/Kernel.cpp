// llmc.kernel: a region that becomes one piece of code.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ops/RegionSyntax.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult KernelOp::verify() {
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getOperandTypes()) // C1
    return emitOpError("region arguments must have the types of the operands");
  if (block.empty() || !isa<YieldOp>(block.back()) || block.back().getOperandTypes() != getResultTypes())
    return emitOpError("region must yield values of the result types");
  return success();
}

ParseResult KernelOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<Type> types;
  StringRef anchor;
  if (parser.parseKeyword(&anchor) || parseBoundOperands(parser, result, arguments, /*elementTypes=*/false) ||
      parser.parseArrowTypeList(types) || parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*result.addRegion(), arguments))
    return failure();
  result.getOrAddProperties<Properties>().anchor = parser.getBuilder().getStringAttr(anchor);
  result.addTypes(types);
  return success();
}

void KernelOp::print(OpAsmPrinter &printer) {
  printer << ' ' << getAnchor() << ' ';
  printBoundOperands(printer, getBody().front(), getInputs());
  printer.printArrowTypeList(getResultTypes());
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"anchor"});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

} // namespace llmc::ir
