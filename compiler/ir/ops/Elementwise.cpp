// llmc.map: pointwise maths as a region of scalars.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/ops/RegionSyntax.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult MapOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  Region &body = op.getBody();
  if (body.empty() || body.front().empty() || body.front().back().getNumOperands() != 1)
    return oracle.fail("map needs a region that yields one scalar"); // C2
  result.elementType = body.front().back().getOperand(0).getType();
  for (Value input : op.getInputs()) {
    DimVector dims = oracle.dims(input);
    size_t common = std::min(dims.size(), result.dims.size());
    if (dims.size() > result.dims.size())
      result.dims.insert(result.dims.begin(), dims.begin(), dims.end() - common);
    for (size_t i = 1; i <= common; ++i) { // C3
      DimExpr &have = result.dims[result.dims.size() - i];
      const DimExpr &next = dims[dims.size() - i];
      if (failed(oracle.require(DimRelation::Broadcast, have, next, "sizes of operands do not broadcast")))
        return failure();
      have = DimExpr::broadcast(have, next);
    }
  }
  return success();
}

void MapOp::build(OpBuilder &builder, OperationState &state, ValueRange inputs,
                  llvm::function_ref<Value(OpBuilder &, Location, ValueRange)> body) {
  state.addOperands(inputs);
  OpBuilder::InsertionGuard guard(builder);
  Block *block = builder.createBlock(state.addRegion());
  for (Value input : inputs)
    block->addArgument(getElementTypeOrSelf(input), input.getLoc());
  YieldOp::create(builder, state.location, body(builder, state.location, block->getArguments()));
  SmallVector<Type> types;
  LogicalResult inferred = inferReturnTypes(builder.getContext(), state.location, state.operands,
                                            state.attributes.getDictionary(builder.getContext()),
                                            OpaqueProperties(nullptr), RegionRange(state.regions), types);
  // Operands that do not fit have been reported; the verifier reports the operation again.
  state.addTypes(succeeded(inferred) ? types.front() : inputs.front().getType());
}

LogicalResult MapOp::verify() {
  Block &block = getBody().front();
  if (block.getNumArguments() != getNumOperands())
    return emitOpError("has ") << getNumOperands() << " operands but its region has " << block.getNumArguments()
                               << " arguments"; // C1
  for (auto [argument, input] : llvm::zip(block.getArguments(), getInputs()))
    if (argument.getType() != getElementTypeOrSelf(input))
      return emitOpError("region argument ")
             << argument.getArgNumber() << " is " << argument.getType() << " but the operand is " << input.getType();
  return verifyScalarRegion(*this, getBody()); // C2
}

ParseResult MapOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  Type type;
  if (parseBoundOperands(parser, result, arguments, /*elementTypes=*/true) || parser.parseArrow() ||
      parser.parseType(type) || parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseRegion(*result.addRegion(), arguments))
    return failure();
  result.addTypes(type);
  return success();
}

void MapOp::print(OpAsmPrinter &printer) {
  printer << ' ';
  printBoundOperands(printer, getBody().getArguments(), getInputs());
  printer << " -> " << getType();
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  printer << ' ';
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

namespace {

/// An operand that occurs twice becomes one.
struct MergeEqualOperands : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    for (unsigned i = 1; i < op.getNumOperands(); ++i)
      for (unsigned j = 0; j < i; ++j) {
        if (op.getOperand(i) != op.getOperand(j))
          continue;
        rewriter.modifyOpInPlace(op, [&] {
          rewriter.replaceAllUsesWith(block.getArgument(i), block.getArgument(j));
          block.eraseArgument(i);
          op->eraseOperand(i);
        });
        return success();
      }
    return rewriter.notifyMatchFailure(op, "all operands differ");
  }
};

/// A scalar operand that the region does not read is dropped. (Others may decide the result's sizes.)
struct DropUnusedScalar : OpRewritePattern<MapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(MapOp op, PatternRewriter &rewriter) const override {
    Block &block = op.getBody().front();
    for (auto [i, input] : llvm::enumerate(op.getInputs())) {
      bool scalar = cast<RankedTensorType>(input.getType()).getRank() == 0;
      if (!scalar || !block.getArgument(i).use_empty() || op.getNumOperands() == 1)
        continue;
      rewriter.modifyOpInPlace(op, [&, i = i] {
        block.eraseArgument(i);
        op->eraseOperand(i);
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "every scalar is read");
  }
};

} // namespace

void MapOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<MergeEqualOperands, DropUnusedScalar>(context);
}

} // namespace llmc::ir
