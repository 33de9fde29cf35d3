// Values that are there from the start: constants, weights, sizes.
#include "compiler/reference/Evaluation.h"

using namespace mlir;

namespace llmc {
using namespace reference;

llvm::Error ir::ConstantOp::evaluate(Evaluation &evaluation) {
  auto tensor = Tensor::fromAttribute(getValue());
  if (!tensor)
    return evaluation.fail(llvm::toString(tensor.takeError()));
  evaluation.result = std::move(*tensor);
  return llvm::Error::success();
}

llvm::Error ir::WeightOp::evaluate(Evaluation &evaluation) {
  return evaluation.fail("is a declaration and has no place among operations that run");
}

llvm::Error ir::GetWeightOp::evaluate(Evaluation &evaluation) {
  auto weight = SymbolTable::lookupNearestSymbolFrom<ir::WeightOp>(*this, getWeightAttr());
  if (!weight)
    return evaluation.fail("names no weight: @" + getWeight());
  auto tensor = weightTensor(weight, evaluation.session);
  if (!tensor)
    return tensor.takeError();
  evaluation.result = std::move(*tensor);
  return llvm::Error::success();
}

llvm::Error ir::SizeOp::evaluate(Evaluation &evaluation) {
  auto value = formulaValue(*this, getFormula(), evaluation.session);
  if (!value)
    return value.takeError();
  evaluation.result = Tensor::scalar(getType(), *value);
  return llvm::Error::success();
}

llvm::Error ir::ShapeOp::evaluate(Evaluation &evaluation) {
  auto type = cast<RankedTensorType>(getType());
  auto room = Tensor::allocate(type.getElementType(), type.getShape());
  if (!room)
    return evaluation.fail(llvm::toString(room.takeError()));
  for (auto [slot, formula] : llvm::zip(room->mutableValues<int64_t>(), getFormulas().getAsRange<StringAttr>())) {
    auto value = formulaValue(*this, formula.getValue(), evaluation.session);
    if (!value)
      return value.takeError();
    slot = *value;
  }
  evaluation.result = std::move(*room);
  return llvm::Error::success();
}

/// Fails with the message, in which {0} and {1} stand for the sizes, where the relation does not hold.
static llvm::Error demand(StringRef kind, int64_t left, int64_t right, std::string message, Evaluation &evaluation) {
  auto relation = ir::relationNamed(kind);
  if (!relation)
    return evaluation.fail("knows no relation \"" + kind + "\"");
  if (ir::holds(*relation, left, right))
    return llvm::Error::success();
  for (auto [mark, value] : {std::pair("{0}", left), std::pair("{1}", right)})
    for (size_t at; (at = message.find(mark)) != std::string::npos;)
      message.replace(at, 3, std::to_string(value));
  return evaluation.fail("fails: " + message);
}

llvm::Error ir::CheckOp::evaluate(Evaluation &evaluation) {
  auto left = formulaValue(*this, getLeft(), evaluation.session);
  if (!left)
    return left.takeError();
  auto right = formulaValue(*this, getRight(), evaluation.session);
  if (!right)
    return right.takeError();
  return demand(getKind(), *left, *right, getMessage().str(), evaluation);
}

llvm::Error ir::RequireOp::evaluate(Evaluation &evaluation) {
  auto sizes = evaluation.mixed(0, {ShapedType::kDynamic, ShapedType::kDynamic});
  return demand(getKind(), sizes[0], sizes[1], getWhat().str() + ": {0} and {1}", evaluation);
}

} // namespace llmc
