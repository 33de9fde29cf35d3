// Reductions. Each is three scalar functions: what happens to an element, how two values combine, and what happens to
// the total. Floats narrower than 32 bits are added up in f32.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

using UnaryFn = Value (*)(ScalarMath &, Value);
using BinaryFn = Value (*)(ScalarMath &, Value, Value);

enum class Start { Zero, One, Smallest, Largest };

struct Reduction {
  Start start;
  BinaryFn combine;
  UnaryFn before = nullptr, after = nullptr;
};

Value add(ScalarMath &m, Value a, Value b) { return m.add(a, b); }
Value mul(ScalarMath &m, Value a, Value b) { return m.mul(a, b); }
Value min(ScalarMath &m, Value a, Value b) { return m.min(a, b); }
Value max(ScalarMath &m, Value a, Value b) { return m.max(a, b); }
Value abs(ScalarMath &m, Value x) { return m.abs(x); }
Value square(ScalarMath &m, Value x) { return m.mul(x, x); }
/// A function of floats; integers go there and back.
template <typename Op> Value throughFloat(ScalarMath &m, Value x) {
  if (ScalarMath::isFloat(x))
    return m.apply<Op>(x);
  Value real = m.apply<Op>(m.cast(x, Float64Type::get(x.getContext()), false));
  return m.cast(real, x.getType(), m.readsUnsigned());
}

Value root(ScalarMath &m, Value x) { return throughFloat<math::SqrtOp>(m, x); }
Value log(ScalarMath &m, Value x) { return throughFloat<math::LogOp>(m, x); }

/// The axes, ascending. Without any, all, unless the node says that it then does nothing.
std::optional<SmallVector<int64_t>> readAxes(OperatorContext &op, bool asInput) {
  int64_t rank = OperatorContext::rank(op.input(0));
  SmallVector<int64_t> listed;
  if (!asInput)
    listed = op.intsAttr("axes", {});
  else if (op.has(1)) {
    auto constants = op.constantList(1, "the axes");
    if (!constants)
      return std::nullopt;
    listed = *constants;
  }
  if (listed.empty() && !op.intAttr("noop_with_empty_axes", 0))
    return llvm::to_vector(llvm::seq<int64_t>(0, rank));
  return op.axes(listed, rank);
}

TypedAttr startOf(Start start, Type type, bool isUnsigned) {
  if (auto real = dyn_cast<FloatType>(type)) {
    double infinity = std::numeric_limits<double>::infinity();
    double value = start == Start::Zero ? 0 : start == Start::One ? 1 : start == Start::Largest ? infinity : -infinity;
    return FloatAttr::get(real, value);
  }
  unsigned width = type.getIntOrFloatBitWidth();
  switch (start) {
  case Start::Zero:
    return IntegerAttr::get(type, APInt(width, 0));
  case Start::One:
    return IntegerAttr::get(type, APInt(width, 1));
  case Start::Smallest:
    return IntegerAttr::get(type, isUnsigned ? APInt::getMinValue(width) : APInt::getSignedMinValue(width));
  case Start::Largest:
    return IntegerAttr::get(type, isUnsigned ? APInt::getMaxValue(width) : APInt::getSignedMaxValue(width));
  }
  return {};
}

Type accumulatorOf(Type element, Start start) {
  bool isNarrow = isa<FloatType>(element) && element.getIntOrFloatBitWidth() < 32;
  bool isExact = start == Start::Smallest || start == Start::Largest;
  return isNarrow && !isExact ? Float32Type::get(element.getContext()) : element;
}

/// Reduced axes stay, with size 1; the result has the accumulator's type.
Value fold(OperatorContext &op, Value tensor, llvm::ArrayRef<int64_t> axes, const Reduction &kind) {
  Type accumulator = accumulatorOf(op.elementType(tensor), kind.start);
  auto prepare = [&](ScalarMath &m, Value x) {
    Value wide = m.cast(x, accumulator, isUnsigned(op.type(0)));
    return kind.before ? kind.before(m, wide) : wide;
  };
  if (axes.empty())
    return op.map(tensor, op.type(0), [&](ScalarMath &m, ValueRange x) { return prepare(m, x[0]); });
  return op.reduce(tensor, axes, startOf(kind.start, accumulator, isUnsigned(op.type(0))), op.type(0),
                   [&](ScalarMath &m, ValueRange x) { return kind.combine(m, x[0], prepare(m, x[1])); });
}

Value dropAxes(OperatorContext &op, Value tensor, llvm::ArrayRef<int64_t> axes) {
  if (op.intAttr("keepdims", 1) || axes.empty())
    return tensor;
  Sizes kept;
  for (auto [axis, size] : llvm::enumerate(op.sizes.dims(tensor)))
    if (!llvm::is_contained(axes, static_cast<int64_t>(axis)))
      kept.push_back(size);
  return op.reshape(tensor, kept);
}

/// Ends a reduction: `after` on the totals, the model's element type, the axes out.
void finish(OperatorContext &op, Value total, llvm::ArrayRef<int64_t> axes, UnaryFn after) {
  Type element = op.elementType(op.input(0));
  if (after || op.elementType(total) != element)
    total = op.map(total, op.type(0), [&](ScalarMath &m, ValueRange x) {
      return m.cast(after ? after(m, x[0]) : x[0], element, isUnsigned(op.type(0)));
    });
  op.setResult(dropAxes(op, total, axes));
}

template <const Reduction &kind, bool axesAsInput> void importReduce(OperatorContext &op) {
  if (auto axes = readAxes(op, axesAsInput))
    finish(op, fold(op, op.input(0), *axes, kind), *axes, kind.after);
}

constexpr Reduction kSum = {Start::Zero, add}, kProd = {Start::One, mul}, kMax = {Start::Smallest, max},
                    kMin = {Start::Largest, min}, kL1 = {Start::Zero, add, abs}, kL2 = {Start::Zero, add, square, root},
                    kSumSquare = {Start::Zero, add, square}, kLogSum = {Start::Zero, add, nullptr, log};

/// Reduced axes stay, with size 1.
Value meanOf(OperatorContext &op, llvm::ArrayRef<int64_t> axes) {
  Value sum = fold(op, op.input(0), axes, kSum);
  Sizes counted;
  for (int64_t axis : axes)
    counted.push_back(op.sizes.dim(op.input(0), axis));
  Value count = op.sizes.product(counted);
  Type element = op.elementType(op.input(0));
  SmallVector<Value> operands = {sum};
  auto known = constantOf(count);
  if (!known)
    operands.push_back(op.scalarOf(count));
  return op.map(operands, op.type(0), [&](ScalarMath &m, ValueRange x) {
    Value divisor = known ? m.constant(*known, x[0]) : m.cast(x[1], x[0].getType(), isUnsigned(op.type(0)));
    return m.cast(m.div(x[0], divisor), element, isUnsigned(op.type(0)));
  });
}

template <bool axesAsInput> void importReduceMean(OperatorContext &op) {
  if (auto axes = readAxes(op, axesAsInput))
    op.setResult(dropAxes(op, meanOf(op, *axes), *axes));
}

void importGlobalAveragePool(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  if (rank < 3)
    return op.fail<Code::OperandsDoNotFit>("its input needs rank 3 or more");
  op.setResult(meanOf(op, llvm::to_vector(llvm::seq<int64_t>(2, rank))));
}

/// log(sum(exp(x - max))) + max, where an infinite max is not subtracted.
template <bool axesAsInput> void importReduceLogSumExp(OperatorContext &op) {
  auto axes = readAxes(op, axesAsInput);
  if (!axes)
    return;
  Type element = op.elementType(op.input(0)), wide = accumulatorOf(element, Start::Zero);
  Value max = op.map(fold(op, op.input(0), *axes, kMax), op.type(0), [](ScalarMath &m, ValueRange x) {
    return m.select(m.less(m.abs(x[0]), m.largest(x[0].getType())), x[0], m.constant(0, x[0]));
  });
  Value powers = op.map({op.input(0), max}, op.type(0), [&](ScalarMath &m, ValueRange x) {
    return m.apply<math::ExpOp>(m.sub(m.cast(x[0], wide, false), m.cast(x[1], wide, false)));
  });
  Value sum = fold(op, powers, *axes, kSum);
  Value result = op.map({sum, max}, op.type(0), [&](ScalarMath &m, ValueRange x) {
    return m.cast(m.add(m.apply<math::LogOp>(x[0]), m.cast(x[1], wide, false)), element, false);
  });
  op.setResult(dropAxes(op, result, *axes));
}

//===--- CumSum --------------------------------------------------------------------------------------------------===//

void importCumSum(OperatorContext &op) {
  auto listed = op.constantList(1, "the axis");
  auto axis =
      listed && listed->size() == 1 ? op.axis(listed->front(), OperatorContext::rank(op.input(0))) : std::nullopt;
  if (!axis)
    return op.fail<Code::OperandsDoNotFit>("its axis needs one element, an axis of its input");
  bool exclusive = op.intAttr("exclusive", 0), reverse = op.intAttr("reverse", 0);
  op.setResult(op.make<ir::RunningSumOp>(op.input(0), static_cast<uint64_t>(*axis), exclusive, reverse));
}

//===--- ArgMax, ArgMin ------------------------------------------------------------------------------------------===//

template <bool smallest> void importArgReduce(OperatorContext &op) {
  auto axis = op.axis(op.intAttr("axis", 0), OperatorContext::rank(op.input(0)));
  if (!axis)
    return;
  Value input = op.input(0);
  if (isUnsigned(op.type(0))) // llmc.arg_reduce compares as signed; flipping the top bit keeps the order
    input = op.map(input, op.type(0), [](ScalarMath &m, ValueRange x) {
      ScalarMath signedMath = m.asSigned();
      return m.apply<arith::XOrIOp>(x[0], signedMath.smallest(x[0].getType()));
    });
  bool last = op.intAttr("select_last_index", 0);
  Value index = op.make<ir::ArgReduceOp>(input, static_cast<uint64_t>(*axis), smallest, last);
  op.setResult(dropAxes(op, index, *axis), OnnxElementType::Int64);
}

} // namespace

llvm::ArrayRef<OperatorImporter> reductionOperators() {
  static const OperatorImporter table[] = {
      {"", "ReduceSum", 13, kNewest, 1, importReduce<kSum, true>, refuseComputedAxes<1>},
      {"", "ReduceMean", 13, 17, 1, importReduceMean<false>},
      {"", "ReduceMean", 18, kNewest, 1, importReduceMean<true>, refuseComputedAxes<1>},
      {"", "ReduceMax", 13, 17, 1, importReduce<kMax, false>},
      {"", "ReduceMax", 18, kNewest, 1, importReduce<kMax, true>, refuseComputedAxes<1>},
      {"", "ReduceMin", 13, 17, 1, importReduce<kMin, false>},
      {"", "ReduceMin", 18, kNewest, 1, importReduce<kMin, true>, refuseComputedAxes<1>},
      {"", "ReduceProd", 13, 17, 1, importReduce<kProd, false>},
      {"", "ReduceProd", 18, kNewest, 1, importReduce<kProd, true>, refuseComputedAxes<1>},
      {"", "ReduceL1", 13, 17, 1, importReduce<kL1, false>},
      {"", "ReduceL1", 18, kNewest, 1, importReduce<kL1, true>, refuseComputedAxes<1>},
      {"", "ReduceL2", 13, 17, 1, importReduce<kL2, false>},
      {"", "ReduceL2", 18, kNewest, 1, importReduce<kL2, true>, refuseComputedAxes<1>},
      {"", "ReduceSumSquare", 13, 17, 1, importReduce<kSumSquare, false>},
      {"", "ReduceSumSquare", 18, kNewest, 1, importReduce<kSumSquare, true>, refuseComputedAxes<1>},
      {"", "ReduceLogSum", 13, 17, 1, importReduce<kLogSum, false>},
      {"", "ReduceLogSum", 18, kNewest, 1, importReduce<kLogSum, true>, refuseComputedAxes<1>},
      {"", "ReduceLogSumExp", 13, 17, 1, importReduceLogSumExp<false>},
      {"", "ReduceLogSumExp", 18, kNewest, 1, importReduceLogSumExp<true>, refuseComputedAxes<1>},
      {"", "GlobalAveragePool", 1, kNewest, 1, importGlobalAveragePool},
      {"", "CumSum", 11, kNewest, 2, importCumSum, refuseComputedAxes<1>},
      {"", "ArgMax", 13, kNewest, 1, importArgReduce<false>},
      {"", "ArgMin", 13, kNewest, 1, importArgReduce<true>},
  };
  return table;
}

} // namespace llmc::frontend
