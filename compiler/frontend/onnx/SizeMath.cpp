// Folding is arith's own.
#include "compiler/frontend/onnx/SizeMath.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace llmc::frontend {

MixedSizes::MixedSizes(llvm::ArrayRef<Value> sizes) {
  for (Value size : sizes) {
    std::optional<int64_t> known = constantOf(size);
    constants.push_back(known && !ShapedType::isDynamic(*known) ? *known : ShapedType::kDynamic);
    if (ShapedType::isDynamic(constants.back()))
      dynamic.push_back(size);
  }
}

std::optional<int64_t> constantOf(Value scalar) {
  APInt value;
  if (!matchPattern(scalar, m_ConstantInt(&value)) || value.getSignificantBits() > 64)
    return std::nullopt;
  return value.getBitWidth() == 1 ? static_cast<int64_t>(value.getZExtValue()) : value.getSExtValue();
}

//===--- elements of integer tensors -----------------------------------------------------------------------------===//

/// Chains of operations on shapes are short; a longer one is left to the passes.
static constexpr int kDeepestChain = 32;

static std::optional<APInt> knownElement(Value tensor, int64_t position, int depth);

static RankedTensorType typeOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()); }

static std::optional<APInt> elementOf(ir::ConcatOp concat, int64_t position, int depth) {
  for (Value input : concat.getInputs()) {
    RankedTensorType type = typeOf(input);
    if (type.getRank() != 1 || !type.hasStaticShape())
      return std::nullopt;
    if (position < type.getDimSize(0))
      return knownElement(input, position, depth);
    position -= type.getDimSize(0);
  }
  return std::nullopt;
}

static std::optional<APInt> elementOf(ir::SliceOp slice, int64_t position, int depth) {
  if (typeOf(slice).getRank() != 1 || ShapedType::isDynamic(slice.getStaticOffsets()[0]))
    return std::nullopt;
  return knownElement(slice.getInput(), slice.getStaticOffsets()[0] + position * slice.getSteps()[0], depth);
}

static std::optional<APInt> elementOf(ir::GatherOp gather, int64_t position, int depth) {
  RankedTensorType data = typeOf(gather.getData());
  auto index = knownElement(gather.getIndices(), position, depth);
  if (data.getRank() != 1 || !data.hasStaticShape() || !index)
    return std::nullopt;
  int64_t picked = index->getSExtValue();
  return knownElement(gather.getData(), picked < 0 ? picked + data.getDimSize(0) : picked, depth);
}

static std::optional<APInt> elementOf(ir::ExpandOp expand, int64_t position, int depth) {
  if (typeOf(expand.getInput()).getNumElements() != 1)
    return std::nullopt;
  return knownElement(expand.getInput(), 0, depth);
}

/// Folds the region for one element.
static std::optional<APInt> elementOf(ir::MapOp map, int64_t position, int depth) {
  llvm::DenseMap<Value, Attribute> known;
  for (auto [argument, input] : llvm::zip(map.getBody().getArguments(), map.getInputs())) {
    bool scalar = typeOf(input).hasStaticShape() && typeOf(input).getNumElements() == 1;
    if (!isa<IntegerType>(argument.getType()) || (!scalar && input.getType() != map.getType()))
      return std::nullopt;
    auto value = knownElement(input, scalar ? 0 : position, depth);
    if (!value)
      return std::nullopt;
    known[argument] = IntegerAttr::get(argument.getType(), *value);
  }
  for (Operation &op : map.getBody().front().without_terminator()) {
    SmallVector<Attribute> operands;
    for (Value operand : op.getOperands())
      operands.push_back(known.lookup(operand));
    SmallVector<OpFoldResult> results;
    if (failed(op.fold(operands, results)) || results.size() != 1)
      return std::nullopt;
    auto value = dyn_cast<Attribute>(results.front());
    known[op.getResult(0)] = value ? value : known.lookup(cast<Value>(results.front()));
  }
  auto result = dyn_cast_or_null<IntegerAttr>(known.lookup(map.getYielded()));
  return result ? std::optional<APInt>(result.getValue()) : std::nullopt;
}

static std::optional<APInt> elementOf(Operation *op, DenseIntElementsAttr values, int64_t position) {
  return values.getValues<APInt>()[position];
}

static std::optional<APInt> knownElement(Value tensor, int64_t position, int depth) {
  RankedTensorType type = typeOf(tensor);
  if (depth > kDeepestChain || !type.hasStaticShape() || position < 0 || position >= type.getNumElements() ||
      !tensor.getDefiningOp())
    return std::nullopt;
  DenseIntElementsAttr values;
  if (matchPattern(tensor, m_Constant(&values)))
    return elementOf(tensor.getDefiningOp(), values, position);
  return llvm::TypeSwitch<Operation *, std::optional<APInt>>(tensor.getDefiningOp())
      .Case<ir::ConcatOp, ir::SliceOp, ir::GatherOp, ir::ExpandOp, ir::MapOp>(
          [&](auto op) { return elementOf(op, position, depth + 1); })
      .Case([&](ir::ReshapeOp op) { return knownElement(op.getInput(), position, depth + 1); })
      .Case([&](tensor::FromElementsOp op) -> std::optional<APInt> {
        APInt value;
        return matchPattern(op.getElements()[position], m_ConstantInt(&value)) ? std::optional<APInt>(value)
                                                                               : std::nullopt;
      })
      .Default(std::nullopt);
}

std::optional<int64_t> constantElement(Value tensor, int64_t position) {
  auto value = knownElement(tensor, position, 0);
  if (!value || value->getSignificantBits() > 64)
    return std::nullopt;
  return value->getBitWidth() == 1 ? static_cast<int64_t>(value->getZExtValue()) : value->getSExtValue();
}

std::optional<llvm::SmallVector<int64_t>> constantElements(Value tensor) {
  if (!typeOf(tensor).hasStaticShape())
    return std::nullopt;
  llvm::SmallVector<int64_t> values;
  for (int64_t position = 0; position < typeOf(tensor).getNumElements(); ++position) {
    auto value = constantElement(tensor, position);
    if (!value)
      return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

//===--- arithmetic ----------------------------------------------------------------------------------------------===//

Value SizeMath::constant(int64_t value) { return arith::ConstantIndexOp::create(builder, value); }

Value SizeMath::dim(Value tensor, int64_t axis) {
  if (axis < 0 || axis >= typeOf(tensor).getRank()) // what could not be made has no axes; that has been reported
    return constant(0);
  int64_t size = typeOf(tensor).getDimSize(axis);
  if (!ShapedType::isDynamic(size))
    return constant(size);
  return tensor::DimOp::create(builder, tensor, constant(axis));
}

Sizes SizeMath::dims(Value tensor) {
  Sizes sizes;
  for (int64_t axis = 0; axis < typeOf(tensor).getRank(); ++axis)
    sizes.push_back(dim(tensor, axis));
  return sizes;
}

Value SizeMath::element(Value tensor, int64_t position) {
  if (auto known = constantElement(tensor, position))
    return constant(*known);
  SmallVector<Value> at(typeOf(tensor).getRank(), constant(position));
  Value scalar = tensor::ExtractOp::create(builder, tensor, at);
  return arith::IndexCastOp::create(builder, builder.getIndexType(), scalar);
}

/// Of two known numbers `known` tells the result and whether it overflows, towards the end of numbers with that sign.
template <typename Op, typename Known>
static Value fold(ImplicitLocOpBuilder &builder, Value a, Value b, bool negative, Known known) {
  auto left = constantOf(a), right = constantOf(b);
  if (!left || !right)
    return builder.createOrFold<Op>(a, b);
  int64_t result;
  if (known(*left, *right, result))
    result = negative ? -INT64_MAX : INT64_MAX;
  return arith::ConstantIndexOp::create(builder, result);
}

static bool isNegative(Value a) { return constantOf(a).value_or(0) < 0; }

Value SizeMath::add(Value a, Value b) {
  return fold<arith::AddIOp>(builder, a, b, isNegative(a), llvm::AddOverflow<int64_t>);
}

Value SizeMath::sub(Value a, Value b) {
  return fold<arith::SubIOp>(builder, a, b, isNegative(a), llvm::SubOverflow<int64_t>);
}

Value SizeMath::mul(Value a, Value b) {
  return fold<arith::MulIOp>(builder, a, b, isNegative(a) != isNegative(b), llvm::MulOverflow<int64_t>);
}

Value SizeMath::countOfSteps(Value begin, Value end, Value step) {
  Value distance = sub(end, begin);
  Value count = constantOf(step) == 1 ? distance : builder.createOrFold<arith::CeilDivSIOp>(distance, step);
  return max(count, constant(0));
}

Value SizeMath::sum(llvm::ArrayRef<Value> sizes) {
  Value result = constant(0);
  for (Value size : sizes)
    result = add(result, size);
  return result;
}

Value SizeMath::product(llvm::ArrayRef<Value> sizes) {
  Value result = constant(1);
  for (Value size : sizes)
    result = mul(result, size);
  return result;
}

Value SizeMath::compare(arith::CmpIPredicate predicate, Value a, int64_t b) {
  return builder.createOrFold<arith::CmpIOp>(predicate, a, constant(b));
}

Value SizeMath::select(arith::CmpIPredicate predicate, Value a, int64_t b, Value yes, Value no) {
  return builder.createOrFold<arith::SelectOp>(compare(predicate, a, b), yes, no);
}

} // namespace llmc::frontend
