// Sizes as formulas.
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult SizeOp::verify() {
  if (!DimExpr::parse(getFormula())) // C1
    return emitOpError("is no formula: \"") << getFormula() << '"';
  return success();
}

OpFoldResult SizeOp::fold(FoldAdaptor) {
  auto expr = DimExpr::parse(getFormula());
  if (!expr || !expr->constant())
    return {};
  return IntegerAttr::get(IndexType::get(getContext()), *expr->constant());
}

} // namespace llmc::ir
