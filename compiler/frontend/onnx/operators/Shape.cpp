// Operators that ask for sizes or only change them: what models compute shapes with, and reshape by.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;
using arith::CmpIPredicate;

namespace {

//===--- Shape, Size, Range --------------------------------------------------------------------------------------===//

/// A vector of i64; a constant if all elements are known.
Value vectorOf(OperatorContext &op, llvm::ArrayRef<Value> sizes) {
  Type i64 = op.builder.getI64Type();
  auto type = RankedTensorType::get(static_cast<int64_t>(sizes.size()), i64);
  MixedSizes mixed(sizes);
  if (mixed.dynamic.empty())
    return op.constant(DenseElementsAttr::get(type, llvm::ArrayRef<int64_t>(mixed.constants)));
  SmallVector<Value> elements;
  for (Value size : sizes)
    elements.push_back(op.builder.createOrFold<arith::IndexCastOp>(i64, size));
  return tensor::FromElementsOp::create(op.builder, type, elements);
}

void importShape(OperatorContext &op) {
  Sizes sizes = op.sizes.dims(op.input(0));
  int64_t rank = sizes.size(), start = op.intAttr("start", 0), end = op.intAttr("end", rank);
  auto clamp = [&](int64_t axis) { return std::clamp<int64_t>(axis < 0 ? axis + rank : axis, 0, rank); };
  start = clamp(start);
  end = std::max(clamp(end), start);
  op.setResult(vectorOf(op, llvm::ArrayRef(sizes).slice(start, end - start)), OnnxElementType::Int64);
}

void importSize(OperatorContext &op) {
  op.setResult(op.scalarOf(op.sizes.product(op.sizes.dims(op.input(0)))), OnnxElementType::Int64);
}

/// start + i * delta, for i = 0, 1, ...
Value progression(OperatorContext &op, Value count, Value start, Value delta) {
  Type element = op.elementType(start);
  Value numbers = op.iota(count);
  return op.map({numbers, start, delta}, OnnxElementType::Int64,
                [&](ScalarMath &m, ValueRange x) { return m.add(m.mul(m.cast(x[0], element, false), x[2]), x[1]); });
}

/// How many steps of `delta` lead from `start` to before `limit`, where these are computed from sizes. The analysis of
/// sizes divides by positive numbers only.
Value countOfFloatSteps(OperatorContext &op, Value start, Value limit, double delta) {
  ImplicitLocOpBuilder &builder = op.builder;
  auto scalar = [&](Value tensor) -> Value { return tensor::ExtractOp::create(builder, op.reshape(tensor, {})); };
  Value from = scalar(start), to = scalar(limit);
  if (delta < 0)
    std::swap(from, to);
  Value step = arith::ConstantOp::create(builder, builder.getFloatAttr(from.getType(), std::abs(delta)));
  Value steps = arith::DivFOp::create(builder, arith::SubFOp::create(builder, to, from), step);
  Value count = arith::FPToSIOp::create(builder, builder.getI64Type(), math::CeilOp::create(builder, steps));
  Value index = arith::IndexCastOp::create(builder, builder.getIndexType(), count);
  return op.sizes.max(index, op.sizes.constant(0));
}

void importFloatRange(OperatorContext &op) {
  auto start = OperatorContext::constantScalar(op.input(0)), limit = OperatorContext::constantScalar(op.input(1));
  auto delta = OperatorContext::constantScalar(op.input(2));
  if (!delta)
    return op.fail<Code::OperandNotConstant>("the steps of a range of floats", quoted(op.node.input(2)));
  Value size;
  if (start && limit) {
    double count = std::ceil((*limit - *start) / *delta);
    if (!(count <= 1e9))
      return op.fail<Code::AttributeValue>("length", std::to_string(count), "a range that ends");
    size = op.sizes.constant(std::max<int64_t>(static_cast<int64_t>(count), 0));
  } else {
    size = countOfFloatSteps(op, op.input(0), op.input(1), *delta);
  }
  op.setResult(progression(op, size, op.reshape(op.input(0), {}), op.reshape(op.input(2), {})));
}

void importRange(OperatorContext &op) {
  for (size_t i = 0; i < 3; ++i)
    if (OperatorContext::typeOf(op.input(i)).getRank() > 1 || !OperatorContext::typeOf(op.input(i)).hasStaticShape() ||
        OperatorContext::typeOf(op.input(i)).getNumElements() != 1)
      return op.fail<Code::OperandNotSizes>(quoted(op.node.input(i)));
  if (isa<FloatType>(op.elementType(op.input(0))))
    return importFloatRange(op);
  auto at = [&](size_t i) { return op.sizes.element(op.input(i), 0); };
  Value start = at(0), delta = at(2);
  if (constantOf(delta) == 0)
    return op.fail<Code::AttributeValue>("delta", 0, "another number than 0");
  Value count = op.sizes.countOfSteps(start, at(1), delta);
  if (constantOf(start) == 0 && constantOf(delta) == 1)
    return op.setResult(op.cast({op.iota(count), OnnxElementType::Int64}, op.type(0)));
  op.setResult(progression(op, count, op.reshape(op.input(0), {}), op.reshape(op.input(2), {})));
}

//===--- Reshape and its kin -------------------------------------------------------------------------------------===//

/// What remains for the axis that is asked to be -1: all elements over those of the other axes.
Value remaining(OperatorContext &op, llvm::ArrayRef<Value> sizes, size_t except) {
  Sizes others;
  for (auto [axis, size] : llvm::enumerate(sizes))
    if (axis != except)
      others.push_back(size);
  return op.sizes.floorDiv(op.sizes.product(op.sizes.dims(op.input(0))), op.sizes.product(others));
}

/// A 0 copies the input's size, whether it is known or comes up at run time. Of an empty tensor one that comes up
/// stands for itself: its shape was computed from the size that is 0, and the result is empty either way.
std::optional<Sizes> copyZeros(OperatorContext &op, Sizes requested) {
  if (op.intAttr("allowzero", 0))
    return requested;
  Sizes sizes = op.sizes.dims(op.input(0));
  auto copies = [&](Value size) -> Value {
    Value isSome = op.sizes.compare(CmpIPredicate::ne, op.sizes.product(sizes), 0);
    return op.builder.createOrFold<arith::AndIOp>(op.sizes.compare(CmpIPredicate::eq, size, 0), isSome);
  };
  for (auto [axis, size] : llvm::enumerate(requested)) {
    auto known = constantOf(size);
    if (axis >= sizes.size()) {
      if (known == 0)
        op.fail<Code::AxisOutOfRange>(axis, sizes.size());
    } else if (known == 0) {
      size = sizes[axis];
    } else if (!known && size != sizes[axis]) {
      size = op.builder.createOrFold<arith::SelectOp>(copies(size), sizes[axis], size);
    }
  }
  return op.failed() ? std::nullopt : std::optional(requested);
}

/// Fills in -1. For a size that is only known at run time, each may be the one; in the product of the others it counts
/// as 1 then, which is right for the one and unused for the rest.
Sizes fillRest(OperatorContext &op, const Sizes &requested) {
  for (auto [axis, size] : llvm::enumerate(requested))
    if (constantOf(size) == -1) {
      Sizes result = requested;
      result[axis] = remaining(op, requested, axis);
      return result;
    }
  Sizes factors, result;
  for (Value size : requested)
    factors.push_back(constantOf(size) ? size
                                       : op.sizes.select(CmpIPredicate::eq, size, -1, op.sizes.constant(1), size));
  for (auto [axis, size] : llvm::enumerate(requested)) {
    bool mayBeRest = !constantOf(size) && !size.getDefiningOp<tensor::DimOp>();
    result.push_back(mayBeRest ? op.sizes.select(CmpIPredicate::eq, size, -1, remaining(op, factors, axis), size)
                               : size);
  }
  return result;
}

void importReshape(OperatorContext &op) {
  auto requested = copyZeros(op, op.indexList(1));
  if (!requested || op.failed())
    return;
  op.setResult(op.reshape(op.input(0), fillRest(op, *requested)));
}

void importFlatten(OperatorContext &op) {
  Sizes sizes = op.sizes.dims(op.input(0));
  int64_t rank = sizes.size(), axis = op.intAttr("axis", 1);
  if (axis < -rank || axis > rank)
    return op.fail<Code::AxisOutOfRange>(axis, rank);
  size_t before = axis < 0 ? axis + rank : axis;
  op.setResult(op.reshape(op.input(0), {op.sizes.product(llvm::ArrayRef(sizes).take_front(before)),
                                        op.sizes.product(llvm::ArrayRef(sizes).drop_front(before))}));
}

void importUnsqueeze(OperatorContext &op) {
  auto listed = op.constantList(1, "the axes");
  if (!listed)
    return;
  auto axes = op.axes(*listed, OperatorContext::rank(op.input(0)) + static_cast<int64_t>(listed->size()));
  if (!axes)
    return;
  Sizes sizes = op.sizes.dims(op.input(0));
  for (int64_t axis : *axes)
    sizes.insert(sizes.begin() + axis, op.sizes.constant(1));
  op.setResult(op.reshape(op.input(0), sizes));
}

/// The axes to take out: those listed, or all that have size 1, which then have to be known.
std::optional<SmallVector<int64_t>> squeezedAxes(OperatorContext &op) {
  auto shape = OperatorContext::typeOf(op.input(0)).getShape();
  if (op.has(1)) {
    auto listed = op.constantList(1, "the axes");
    return listed ? op.axes(*listed, shape.size()) : std::nullopt;
  }
  SmallVector<int64_t> axes;
  for (auto [axis, size] : llvm::enumerate(shape)) {
    if (ShapedType::isDynamic(size)) {
      op.fail<Code::DimMustBeKnown>("without axes, the size of axis " + std::to_string(axis));
      return std::nullopt;
    }
    if (size == 1)
      axes.push_back(axis);
  }
  return axes;
}

void importSqueeze(OperatorContext &op) {
  auto axes = squeezedAxes(op);
  if (!axes)
    return;
  Sizes kept;
  for (auto [axis, size] : llvm::enumerate(op.sizes.dims(op.input(0))))
    if (!llvm::is_contained(*axes, static_cast<int64_t>(axis)))
      kept.push_back(size);
  op.setResult(op.reshape(op.input(0), kept));
}

/// A size that broadcasting gives for `target` asked of a tensor with `size` there.
Value broadcastSize(OperatorContext &op, Value size, Value target) {
  if (constantOf(target) == 1)
    return size;
  if (constantOf(size) == 1)
    return target;
  if (constantOf(size))
    return size;
  if (constantOf(target))
    return target;
  return op.sizes.select(CmpIPredicate::eq, target, 1, size, target);
}

/// The size that results does not always tell that the wanted one fits: 3 elements stay 3 whatever is wanted.
void requireBroadcast(OperatorContext &op, Value size, Value wanted, size_t axis) {
  if (constantOf(size) != 1 && constantOf(wanted) != 1)
    op.require(ir::DimRelation::Broadcast, size, wanted,
               "axis " + std::to_string(axis) + " of its result can't be expanded");
}

void importExpand(OperatorContext &op) {
  Sizes target = op.indexList(1), input = op.sizes.dims(op.input(0));
  if (op.failed())
    return;
  size_t rank = std::max(target.size(), input.size());
  target.insert(target.begin(), rank - target.size(), op.sizes.constant(1));
  input.insert(input.begin(), rank - input.size(), op.sizes.constant(1));
  Sizes result;
  for (auto [axis, sizes] : llvm::enumerate(llvm::zip(input, target))) {
    auto [size, wanted] = sizes;
    requireBroadcast(op, size, wanted, axis);
    result.push_back(broadcastSize(op, size, wanted));
  }
  op.setResult(op.expand(op.input(0), result));
}

void importIdentity(OperatorContext &op) { op.setResult(op.input(0)); }

/// At inference nothing is dropped.
void importDropout(OperatorContext &op) {
  op.setResult(op.input(0));
  if (!op.node.hasOutput(1))
    return;
  auto all = op.scalar(1, op.builder.getI1Type());
  op.setResult(1, op.expand(all, op.sizes.dims(op.input(0))), OnnxElementType::Bool);
}

std::optional<Refusal> refuseDropout(const NodeFacts &facts) {
  if (!facts.node.hasInput(2))
    return std::nullopt;
  const TensorData *training = facts.index.graph.findTensor(facts.node.input(2));
  if (training && training->bytes.size() == 1 && training->bytes.front() == 0)
    return std::nullopt;
  return Refusal{"it may run in training mode", "export for inference, with training_mode false or left out"};
}

} // namespace

llvm::ArrayRef<OperatorImporter> shapeOperators() {
  static const OperatorImporter table[] = {
      {"", "Shape", 13, kNewest, 1, importShape},
      {"", "Size", 13, kNewest, 1, importSize},
      {"", "Range", 11, kNewest, 3, importRange},
      {"", "Reshape", 13, kNewest, 2, importReshape},
      {"", "Flatten", 13, kNewest, 1, importFlatten},
      {"", "Unsqueeze", 13, kNewest, 2, importUnsqueeze, refuseComputedAxes<1>},
      {"", "Squeeze", 13, kNewest, 1, importSqueeze, refuseComputedAxes<1>},
      {"", "Expand", 13, kNewest, 2, importExpand},
      {"", "Identity", 13, kNewest, 1, importIdentity},
      {"", "Dropout", 13, kNewest, 1, importDropout, refuseDropout},
  };
  return table;
}

} // namespace llmc::frontend
