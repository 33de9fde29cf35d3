// Values are judged whole: one element that is not finite makes a tensor so.
#include "compiler/reference/OverflowWatch.h"
#include "compiler/ir/Provenance.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::reference {

NonFinite countNonFinite(const Tensor &tensor) {
  NonFinite found;
  if (isa<FloatType>(tensor.elementType()))
    for (int64_t i = 0, count = tensor.elementCount(); i < count; ++i)
      found.add(tensor.number(i));
  return found;
}

/// Does the operation hold an infinity or a NaN as a constant, itself or in its body?
static bool writesNonFinite(Operation *op) {
  return op
      ->walk([](arith::ConstantOp constant) {
        auto number = dyn_cast<FloatAttr>(constant.getValue());
        return number && !number.getValue().isFinite() ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

OverflowWatch::OverflowWatch(func::FuncOp function, ArrayRef<Tensor> inputs) {
  for (auto [argument, input] : llvm::zip(function.getArguments(), inputs))
    if (countNonFinite(input).any())
      notFinite.insert(argument);
}

void OverflowWatch::see(Value value, const Tensor &tensor) {
  NonFinite here = countNonFinite(tensor);
  if (!here.any())
    return;
  notFinite.insert(value);
  Operation *op = value.getDefiningOp();
  if (first || op->getNumOperands() == 0 || writesNonFinite(op) ||
      llvm::any_of(op->getOperands(), [&](Value operand) { return notFinite.contains(operand); }))
    return;
  first = op;
  found = here;
}

std::string OverflowWatch::text() const {
  if (!first)
    return "";
  std::string type;
  llvm::raw_string_ostream(type) << getElementTypeOrSelf(first->getResult(0).getType());
  return "; the first of them arise in node " + ir::describeNodes(first->getLoc()) + ": " + found.text() + " in " +
         type + " from finite operands";
}

} // namespace llmc::reference
