// Builders that every operator needs.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

void OperatorContext::fail(llvm::Error failure) {
  if (error)
    llvm::consumeError(std::move(failure));
  else
    error.emplace(std::move(failure));
}

mlir::Value OperatorContext::input(size_t index) {
  if (index < inputs.size())
    return inputs[index].tensor;
  fail<OnnxErrorCode::OperandMissing>(index);
  return scalar(0, builder.getF32Type());
}

void OperatorContext::require(ir::DimRelation relation, mlir::Value a, mlir::Value b, llvm::StringRef what) {
  auto left = constantOf(a), right = constantOf(b);
  if (!left || !right) {
    if (a != b)
      ir::RequireOp::create(builder, ir::nameOf(relation), a, b, what);
    return;
  }
  if (!ir::holds(relation, *left, *right))
    fail<OnnxErrorCode::OperandsDoNotFit>(what.str() + ": " + std::to_string(*left) + " and " + std::to_string(*right));
}

llvm::Error OperatorContext::takeError() {
  if (!error)
    return llvm::Error::success();
  llvm::Error taken = std::move(*error);
  error.reset();
  return taken;
}

//===--- operands ------------------------------------------------------------------------------------------------===//

RankedTensorType OperatorContext::typeOf(Value tensor) { return llvm::cast<RankedTensorType>(tensor.getType()); }

Sizes OperatorContext::indexList(size_t index) {
  if (!has(index))
    return {};
  RankedTensorType type = typeOf(input(index));
  if (type.getRank() > 1 || !type.hasStaticShape() || !type.getElementType().isIntOrIndex()) {
    fail<Code::OperandNotSizes>(quoted(node.input(index)));
    return {};
  }
  Sizes list;
  for (int64_t position = 0; position < type.getNumElements(); ++position)
    list.push_back(sizes.element(input(index), position));
  return list;
}

std::optional<llvm::SmallVector<int64_t>> OperatorContext::constantList(size_t index, llvm::StringRef what) {
  auto values = constantElements(input(index));
  if (!values)
    fail<Code::OperandNotConstant>(what, quoted(node.input(index)));
  return values;
}

std::optional<double> OperatorContext::constantScalar(Value tensor) {
  DenseElementsAttr values;
  if (!matchPattern(tensor, m_Constant(&values)) || values.getNumElements() != 1)
    return std::nullopt;
  if (isa<FloatType>(values.getElementType())) {
    llvm::APFloat value = *values.getValues<APFloat>().begin();
    bool inexact;
    value.convert(llvm::APFloat::IEEEdouble(), llvm::APFloat::rmNearestTiesToEven, &inexact);
    return value.convertToDouble();
  }
  return (*values.getValues<APInt>().begin()).roundToDouble(/*isSigned=*/true);
}

template <typename T> T OperatorContext::keep(llvm::Expected<T> value, T harmless) {
  if (value)
    return *value;
  fail(value.takeError());
  return harmless;
}

int64_t OperatorContext::intAttr(llvm::StringRef name, int64_t byDefault) {
  return keep(node.intAttr(name, byDefault), byDefault);
}
int64_t OperatorContext::intAttr(llvm::StringRef name) { return keep(node.intAttr(name), int64_t{1}); }
float OperatorContext::floatAttr(llvm::StringRef name, float byDefault) {
  return keep(node.floatAttr(name, byDefault), byDefault);
}
llvm::StringRef OperatorContext::stringAttr(llvm::StringRef name, llvm::StringRef byDefault) {
  return keep(node.stringAttr(name, byDefault), byDefault);
}
llvm::SmallVector<int64_t> OperatorContext::intsAttr(llvm::StringRef name, llvm::ArrayRef<int64_t> byDefault) {
  return llvm::SmallVector<int64_t>(keep(node.intsAttr(name, byDefault), byDefault));
}

std::optional<int64_t> OperatorContext::axis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank) {
    fail<Code::AxisOutOfRange>(axis, rank);
    return std::nullopt;
  }
  return axis < 0 ? axis + rank : axis;
}

std::optional<llvm::SmallVector<int64_t>> OperatorContext::axes(llvm::ArrayRef<int64_t> axes, int64_t rank) {
  llvm::SmallVector<int64_t> result;
  for (int64_t each : axes) {
    auto normalized = axis(each, rank);
    if (!normalized)
      return std::nullopt;
    result.push_back(*normalized);
  }
  llvm::sort(result);
  result.erase(llvm::unique(result), result.end());
  return result;
}

//===--- building ------------------------------------------------------------------------------------------------===//

Value OperatorContext::inferred(Operation *op) {
  SmallVector<Type> types;
  auto interface = llvm::cast<InferTypeOpInterface>(op);
  // A failure is reported as a diagnostic, which the importer turns into an error at this node.
  if (mlir::succeeded(interface.inferReturnTypes(op->getContext(), op->getLoc(), op->getOperands(),
                                                 op->getDiscardableAttrDictionary(), op->getPropertiesStorage(),
                                                 op->getRegions(), types)))
    op->getResult(0).setType(types.front());
  return op->getResult(0);
}

Value OperatorContext::map(ValueRange operands, OnnxElementType type, ScalarFn body) {
  return ir::MapOp::create(builder, operands, [&](OpBuilder &inner, Location location, ValueRange scalars) {
    ScalarMath math(inner, location, isUnsigned(type));
    return body(math, scalars);
  });
}

/// An attribute or type as it stands in IR.
template <typename T> static std::string printed(T value) {
  if (!value)
    return "null";
  std::string text;
  llvm::raw_string_ostream(text) << value;
  return text;
}

Value OperatorContext::reduce(Value tensor, llvm::ArrayRef<int64_t> axes, TypedAttr init, OnnxElementType type,
                              ScalarFn body) {
  Type element = elementType(tensor);
  bool fits = isa<FloatType>(element) ? isa_and_present<FloatAttr>(init) : isa_and_present<IntegerAttr>(init);
  if (!fits || isa<IndexType>(init.getType())) {
    fail<Code::ReductionInit>(plugin, printed(init), printed(element),
                              isa<FloatType>(element) ? "FloatAttr" : "IntegerAttr");
    return tensor;
  }
  for (auto [index, axis] : llvm::enumerate(axes))
    if (axis < 0 || axis >= rank(tensor) || (index && axis <= axes[index - 1])) {
      fail<Code::ReductionAxes>(plugin, rank(tensor));
      return tensor;
    }
  return ir::ReduceOp::create(builder, tensor, axes, init,
                              [&](OpBuilder &inner, Location location, ValueRange scalars) {
                                ScalarMath math(inner, location, isUnsigned(type));
                                return body(math, scalars);
                              });
}

Value OperatorContext::constant(DenseElementsAttr value) { return ir::ConstantOp::create(builder, value); }

Value OperatorContext::scalar(double value, Type elementType) {
  auto type = RankedTensorType::get({}, elementType);
  if (isa<FloatType>(elementType))
    return constant(DenseElementsAttr::get(type, Attribute(FloatAttr::get(elementType, value))));
  APInt integer(elementType.getIntOrFloatBitWidth(), static_cast<int64_t>(value), /*isSigned=*/true,
                /*implicitTrunc=*/true);
  return constant(DenseElementsAttr::get(type, integer));
}

MixedSizes OperatorContext::checkedSizes(llvm::ArrayRef<Value> list) {
  MixedSizes mixed(list);
  for (int64_t &size : mixed.constants)
    if (size < 0 && !ShapedType::isDynamic(size)) {
      fail<Code::OperandsDoNotFit>("a size of its result is " + std::to_string(size));
      size = 0;
    }
  return mixed;
}

Value OperatorContext::reshape(Value tensor, llvm::ArrayRef<Value> to) {
  MixedSizes mixed = checkedSizes(to);
  return make<ir::ReshapeOp>(tensor, mixed.dynamic, mixed.constants);
}

Value OperatorContext::expand(Value tensor, llvm::ArrayRef<Value> to) {
  MixedSizes mixed = checkedSizes(to);
  return make<ir::ExpandOp>(tensor, mixed.dynamic, mixed.constants);
}

Value OperatorContext::repeatTo(Value tensor, Value target) { return expand(tensor, sizes.dims(target)); }

Value OperatorContext::transpose(Value tensor, llvm::ArrayRef<int64_t> perm) {
  return make<ir::TransposeOp>(tensor, perm);
}

Value OperatorContext::slice(Value tensor, llvm::ArrayRef<Value> offsets, llvm::ArrayRef<Value> to,
                             llvm::ArrayRef<int64_t> steps) {
  MixedSizes from(offsets), mixed = checkedSizes(to);
  return make<ir::SliceOp>(tensor, from.dynamic, mixed.dynamic, from.constants, mixed.constants, steps);
}

Value OperatorContext::pad(Value tensor, Value filling, llvm::ArrayRef<Value> low, llvm::ArrayRef<Value> high) {
  MixedSizes before(low), behind(high);
  return make<ir::PadOp>(tensor, filling, before.dynamic, behind.dynamic, before.constants, behind.constants);
}

Value OperatorContext::iota(Value size) {
  MixedSizes mixed = checkedSizes(size);
  return make<ir::IotaOp>(mixed.dynamic, mixed.constants);
}

Value OperatorContext::cast(const OnnxValue &value, OnnxElementType to) {
  Type target = mlirTypeOf(to, builder.getContext());
  if (elementType(value.tensor) == target)
    return value.tensor;
  return map(value.tensor, value.type,
             [&](ScalarMath &math, ValueRange x) { return math.cast(x[0], target, isUnsigned(to)); });
}

Value OperatorContext::scalarOf(Value index) {
  if (auto known = constantOf(index))
    return scalar(*known, builder.getI64Type());
  Value integer = arith::IndexCastOp::create(builder, builder.getI64Type(), index);
  return tensor::FromElementsOp::create(builder, RankedTensorType::get({}, builder.getI64Type()), integer);
}

void OperatorContext::setResult(size_t index, Value tensor, OnnxElementType type) {
  if (index < outputs.size())
    outputs[index] = {tensor, type};
}

} // namespace llmc::frontend
