#include "compiler/passes/quantization/ByteRange.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

ConstantIntRanges anyOf(Type element) {
  return ConstantIntRanges::maxRange(ConstantIntRanges::getStorageBitwidth(element));
}

ConstantIntRanges rangeOfElements(DenseElementsAttr elements) {
  std::optional<ConstantIntRanges> all;
  for (const APInt &value : elements.getValues<APInt>()) {
    ConstantIntRanges one = ConstantIntRanges::constant(value);
    all = all ? all->rangeUnion(one) : one;
  }
  return all ? *all : anyOf(elements.getElementType());
}

/// What the body of a map gives, by the ranges of its operations one after the other.
ConstantIntRanges rangeOfMap(ir::MapOp map) {
  llvm::DenseMap<Value, ConstantIntRanges> known;
  auto lookUp = [&](Value scalar) {
    auto found = known.find(scalar);
    return found != known.end() ? found->second : anyOf(scalar.getType());
  };
  for (auto [argument, input] : llvm::zip_equal(map.getBody().getArguments(), map.getInputs()))
    if (argument.getType().isIntOrIndex())
      known.insert({argument, rangeOf(input)});
  for (Operation &op : map.getBody().front()) {
    auto infers = dyn_cast<InferIntRangeInterface>(op);
    if (!infers || !llvm::all_of(op.getOperandTypes(), [](Type type) { return type.isIntOrIndex(); }))
      continue;
    SmallVector<ConstantIntRanges> operands = llvm::map_to_vector(op.getOperands(), lookUp);
    infers.inferResultRanges(operands, [&](Value result, const ConstantIntRanges &range) {
      known.erase(result);
      known.insert({result, range});
    });
  }
  return lookUp(map.getYielded());
}

} // namespace

ConstantIntRanges rangeOf(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  if (auto constant = dyn_cast_or_null<ir::ConstantOp>(op))
    if (auto elements = dyn_cast<DenseElementsAttr>(constant.getValue()))
      return rangeOfElements(elements);
  if (auto map = dyn_cast_or_null<ir::MapOp>(op))
    return rangeOfMap(map);
  if (isa_and_nonnull<ir::ReshapeOp, ir::TransposeOp, ir::SliceOp, ir::ExpandOp, ir::GatherOp>(op))
    return rangeOf(op->getOperand(0));
  return anyOf(getElementTypeOrSelf(tensor));
}

} // namespace llmc::passes
