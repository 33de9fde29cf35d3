// Sizes as formulas.
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"

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

LogicalResult CheckOp::verify() {
  if (!llvm::is_contained({"equal", "broadcast", "least"}, getKind())) // C1
    return emitOpError("checks for equal, broadcast or least, not for \"") << getKind() << '"';
  return success();
}

} // namespace llmc::ir
