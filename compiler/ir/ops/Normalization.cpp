// Softmax and norms keep the sizes of their input.
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

LogicalResult SoftmaxOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  return success();
}

LogicalResult NormOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (op.getAxis() >= result.dims.size()) // C1
    return oracle.fail("axis must be within the rank");
  for (Value operand : {op.getScale(), op.getBias()}) { // C2
    if (!operand)
      continue;
    DimVector dims = oracle.dims(operand);
    if (dims.size() > result.dims.size() || getElementTypeOrSelf(operand) != result.elementType)
      return oracle.fail("scale and bias must broadcast to the input and have its element type");
    for (auto [axis, size] : llvm::enumerate(dims)) {
      const DimExpr &whole = result.dims[result.dims.size() - dims.size() + axis];
      if (!size.isConstant(1) &&
          failed(oracle.require(DimRelation::Equal, size, whole, "scale or bias does not fit the input")))
        return failure();
    }
  }
  return success();
}

} // namespace llmc::ir
