// Looks through what does not change a value's meaning.
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "compiler/ir/Halves.h"
#include "mlir/IR/Matchers.h"
#include <cmath>

using namespace mlir;

namespace llmc::passes {

Value throughFloatCasts(Value scalar) {
  while (Operation *op = scalar.getDefiningOp()) {
    if (!isa<arith::ExtFOp, arith::TruncFOp>(op))
      break;
    scalar = op->getOperand(0);
  }
  return scalar;
}

static double roundingOf(Type type) {
  return std::ldexp(1.0, -static_cast<int>(cast<FloatType>(type).getFPMantissaWidth()));
}

double roundingOf(Value scalar) {
  Type stored = ir::halvesAround(scalar.getParentBlock()->getParentOp());
  double rounding = roundingOf(scalar.getType());
  return stored ? std::max(rounding, roundingOf(stored)) : rounding;
}

std::optional<double> scalarConstant(Value scalar) {
  scalar = throughFloatCasts(scalar);
  FloatAttr constant;
  if (matchPattern(scalar, m_Constant(&constant)))
    return constant.getValueAsDouble();
  // A region argument that stands for a constant tensor.
  Value tensor = tensorOf(scalar);
  DenseElementsAttr elements;
  if (tensor && matchPattern(tensor, m_Constant(&elements)) && elements.isSplat() &&
      isa<FloatType>(elements.getElementType()))
    return elements.getSplatValue<APFloat>().convertToDouble();
  return std::nullopt;
}

Value tensorOf(Value scalar) {
  auto argument = dyn_cast<BlockArgument>(throughFloatCasts(scalar));
  if (!argument)
    return {};
  auto map = dyn_cast<ir::MapOp>(argument.getOwner()->getParentOp());
  return map ? map.getInputs()[argument.getArgNumber()] : Value();
}

bool isFloatCast(ir::MapOp map) { return map.getNumOperands() == 1 && tensorOf(map.getYielded()); }

Value throughFloatCastMaps(Value tensor) {
  while (auto map = tensor.getDefiningOp<ir::MapOp>()) {
    if (!isFloatCast(map))
      break;
    tensor = map.getInputs().front();
  }
  return tensor;
}

template <typename OpT> static Value matchReduce(Value tensor) {
  auto reduce = throughFloatCastMaps(tensor).getDefiningOp<ir::ReduceOp>();
  if (!reduce)
    return {};
  int64_t rank = cast<RankedTensorType>(reduce.getInput().getType()).getRank();
  if (reduce.getAxes().size() != 1 || reduce.getAxes().front() != rank - 1)
    return {};
  Block &block = reduce.getBody().front();
  auto combine = block.getTerminator()->getOperand(0).getDefiningOp<OpT>();
  if (!combine)
    return {};
  auto isPair = [&](Value a, Value b) {
    return a == block.getArgument(0) && throughFloatCasts(b) == block.getArgument(1);
  };
  bool plain = isPair(combine.getLhs(), combine.getRhs()) || isPair(combine.getRhs(), combine.getLhs());
  return plain ? reduce.getInput() : Value();
}

Value matchSumAlongLastAxis(Value tensor) {
  auto reduce = throughFloatCastMaps(tensor).getDefiningOp<ir::ReduceOp>();
  auto init = reduce ? dyn_cast<FloatAttr>(reduce.getInit()) : FloatAttr();
  return init && init.getValueAsDouble() == 0 ? matchReduce<arith::AddFOp>(tensor) : Value();
}

Value matchMaxAlongLastAxis(Value tensor) {
  if (Value input = matchReduce<arith::MaximumFOp>(tensor))
    return input;
  return matchReduce<arith::MaxNumFOp>(tensor);
}

} // namespace llmc::passes
