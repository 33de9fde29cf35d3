// Sizes as formulas.
#include "compiler/ir/DimOracle.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult SizeOp::verify() {
  if (!DimExpr::parse(getFormula()) || getFormula().contains('#')) // C1; "#n" stands for what depends on data
    return emitOpError("is no formula: \"") << getFormula() << '"';
  return success();
}

OpFoldResult SizeOp::fold(FoldAdaptor) {
  auto expr = DimExpr::parse(getFormula());
  if (!expr || !expr->constant())
    return {};
  return IntegerAttr::get(IndexType::get(getContext()), *expr->constant());
}

LogicalResult ShapeOp::verify() {
  auto type = cast<RankedTensorType>(getType());
  if (type.getRank() > 1 || type.getNumElements() != static_cast<int64_t>(getFormulas().size())) // C1
    return emitOpError("has ") << getFormulas().size() << " formulas for " << type;
  for (auto formula : getFormulas().getAsRange<StringAttr>())
    if (!DimExpr::parse(formula.getValue()))
      return emitOpError("holds no formula: ") << formula;
  return success();
}

template <typename Op> static LogicalResult verifyKind(Op op) {
  if (!relationNamed(op.getKind()))
    return op.emitOpError("checks for equal, repeat, broadcast or least, not for \"") << op.getKind() << '"';
  return success();
}

LogicalResult CheckOp::verify() { return verifyKind(*this); } // C1

LogicalResult RequireOp::verify() { return verifyKind(*this); } // C1

LogicalResult RequireOp::canonicalize(RequireOp op, PatternRewriter &rewriter) {
  auto isOne = [](Value size) { return matchPattern(size, m_One()); };
  bool holds = op.getLeft() == op.getRight() ||
               (op.getKind() == nameOf(DimRelation::Broadcast) && (isOne(op.getLeft()) || isOne(op.getRight())));
  if (!holds)
    return rewriter.notifyMatchFailure(op, "takes the analysis to decide");
  rewriter.eraseOp(op);
  return success();
}

} // namespace llmc::ir
