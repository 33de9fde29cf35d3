// llmc.attention: softmax of scores, and the values that it weighs.
#include "compiler/ir/Cost.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ops/RegionSyntax.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {
namespace {

/// Axes before the last two, broadcast to those of a second operand.
LogicalResult broadcastBatch(DimVector &batch, const DimVector &dims, DimOracle &oracle) {
  ArrayRef<DimExpr> other = ArrayRef<DimExpr>(dims).drop_back(2);
  if (other.size() > batch.size())
    batch.insert(batch.begin(), other.size() - batch.size(), DimExpr(1));
  for (size_t i = 1; i <= other.size(); ++i) {
    DimExpr &have = batch[batch.size() - i];
    const DimExpr &next = other[other.size() - i];
    if (failed(oracle.require(DimRelation::Broadcast, have, next, "batch sizes do not broadcast")))
      return failure();
    have = DimExpr::broadcast(have, next);
  }
  return success();
}

LogicalResult fitsScores(const DimVector &dims, const DimVector &scores, DimOracle &oracle) {
  if (dims.size() > scores.size())
    return oracle.fail("an input has more axes than the scores");
  for (size_t i = 1; i <= dims.size(); ++i)
    if (!dims[dims.size() - i].isConstant(1) &&
        failed(oracle.require(DimRelation::Equal, dims[dims.size() - i], scores[scores.size() - i],
                              "an input does not fit the scores")))
      return failure();
  return success();
}

} // namespace

LogicalResult AttentionOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector query = oracle.dims(op.getQuery()), key = oracle.dims(op.getKey()), value = oracle.dims(op.getValue());
  result.elementType = getElementTypeOrSelf(op.getQuery());
  if (query.size() < 2 || key.size() < 2 || value.size() < 2 ||
      getElementTypeOrSelf(op.getKey()) != result.elementType ||
      getElementTypeOrSelf(op.getValue()) != result.elementType) // C1
    return oracle.fail("queries, keys and values must be matrices of one element type");
  if (op.getNarrow() && !result.elementType.isF32())
    return oracle.fail("only attention of f32 can be narrow");
  DimVector batch(query.begin(), query.end() - 2);
  if (failed(oracle.require(DimRelation::Equal, query.back(), key.back(), "queries and keys differ in length")) ||
      failed(oracle.require(DimRelation::Equal, key[key.size() - 2], value[value.size() - 2],
                            "there are not as many values as keys")) ||
      failed(broadcastBatch(batch, key, oracle)))
    return failure();
  DimVector scores = batch;
  scores.append({query[query.size() - 2], key[key.size() - 2]});
  for (Value input : op.getInputs())
    if (failed(fitsScores(oracle.dims(input), scores, oracle))) // C4
      return failure();
  if (failed(broadcastBatch(batch, value, oracle)))
    return failure();
  result.dims = batch;
  result.dims.push_back(query[query.size() - 2]);
  result.dims.push_back(value.back());
  return success();
}

AnchorKind AttentionOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef AttentionOp::getTitle() { return "attention"; }
/// Two products, what the region does, and softmax.
DimExpr AttentionOp::flops(DimAnalysis &dims) {
  DimVector result = dims.dims(getResult()), key = dims.dims(getKey());
  DimExpr scores = product(ArrayRef<DimExpr>(result).drop_back()) * key[key.size() - 2];
  return scores * (key.back() * 2 + countFloatOps(getBody().front()) + 5 + result.back() * 2);
}
Reading AttentionOp::getReading(OpOperand &operand) {
  return operand.getOperandNumber() < 3 ? Reading::Rows : Reading::BySize;
}
bool AttentionOp::keepsPosition(OpOperand &) { return false; }
Value AttentionOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

LogicalResult AttentionOp::verify() {
  Block &block = getBody().front();
  Type element = getElementTypeOrSelf(getQuery());
  if (block.getNumArguments() != getInputs().size() + 1)
    return emitOpError("has ") << getInputs().size() << " inputs but its region has " << block.getNumArguments()
                               << " arguments"; // C2
  if (getScore().getType() != element)
    return emitOpError("score is ") << getScore().getType() << " but the queries are " << getQuery().getType();
  for (auto [argument, input] : llvm::zip(llvm::drop_begin(block.getArguments()), getInputs()))
    if (argument.getType() != getElementTypeOrSelf(input))
      return emitOpError("region argument ")
             << argument.getArgNumber() << " is " << argument.getType() << " but the input is " << input.getType();
  Operation *yield = block.getTerminator();
  if (yield->getNumOperands() != 1 || !isa<FloatType>(yield->getOperand(0).getType())) // C3
    return emitOpError("region must yield one float");
  return verifyScalarRegion(*this, getBody());
}

ParseResult AttentionOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::UnresolvedOperand, 3> tensors(3);
  SmallVector<OpAsmParser::Argument> arguments(1);
  SmallVector<Type, 3> types(3);
  SmallVector<Value, 3> resolved;
  Type type;
  if (succeeded(parser.parseOptionalKeyword("guarded")))
    result.addAttribute("guarded", parser.getBuilder().getUnitAttr());
  if (succeeded(parser.parseOptionalKeyword("narrow")))
    result.addAttribute("narrow", parser.getBuilder().getUnitAttr());
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseOperand(tensors[0]) || parser.parseComma() || parser.parseOperand(tensors[1]) ||
      parser.parseComma() || parser.parseOperand(tensors[2]) || parser.parseKeyword("score") ||
      parser.parseArgument(arguments[0]) || parseBoundOperands(parser, result, arguments, /*elementTypes=*/true) ||
      parser.parseColonType(types[0]) || parser.parseComma() || parser.parseType(types[1]) || parser.parseComma() ||
      parser.parseType(types[2]) || parser.parseArrow() || parser.parseType(type) ||
      parser.resolveOperands(tensors, types, location, resolved))
    return failure();
  result.operands.insert(result.operands.begin(), resolved.begin(), resolved.end());
  arguments[0].type = getElementTypeOrSelf(types[0]);
  result.addTypes(type);
  return failure(parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
                 parser.parseRegion(*result.addRegion(), arguments));
}

void AttentionOp::print(OpAsmPrinter &printer) {
  printer << ' ' << (getGuarded() ? "guarded " : "") << (getNarrow() ? "narrow " : "") << getQuery() << ", " << getKey()
          << ", " << getValue() << " score " << getScore() << ' ';
  printBoundOperands(printer, getBody().getArguments().drop_front(), getInputs());
  printer << " : " << getQuery().getType() << ", " << getKey().getType() << ", " << getValue().getType() << " -> "
          << getType();
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs(), {"guarded", "narrow"});
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

} // namespace llmc::ir
