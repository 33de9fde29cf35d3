// Constant, in all its forms, and operators that make tensors of one value.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/frontend/onnx/TensorImporter.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

template <typename T> static DenseElementsAttr vectorOf(Type element, llvm::ArrayRef<T> values, bool isScalar) {
  SmallVector<int64_t> shape;
  if (!isScalar)
    shape.push_back(values.size());
  return DenseElementsAttr::get(RankedTensorType::get(shape, element), values);
}

/// `value` with a tensor is the importer's: it may be a weight.
static void importConstant(OperatorContext &op) {
  if (op.node.hasAttr("value_float") || op.node.hasAttr("value_floats")) {
    bool isScalar = op.node.hasAttr("value_float");
    auto list = isScalar ? llvm::Expected<llvm::ArrayRef<float>>(llvm::ArrayRef<float>())
                         : op.node.floatsAttr("value_floats", {});
    SmallVector<float> values;
    if (!list)
      return op.fail(list.takeError());
    values.assign(list->begin(), list->end());
    if (isScalar)
      values.push_back(op.floatAttr("value_float", 0));
    return op.setResult(op.constant(vectorOf<float>(op.builder.getF32Type(), values, isScalar)),
                        OnnxElementType::Float32);
  }
  bool isScalar = op.node.hasAttr("value_int");
  SmallVector<int64_t> values = op.intsAttr("value_ints", {});
  if (isScalar)
    values.push_back(op.intAttr("value_int", 0));
  op.setResult(op.constant(vectorOf<int64_t>(op.builder.getI64Type(), values, isScalar)), OnnxElementType::Int64);
}

static std::optional<Refusal> refuseConstant(const NodeFacts &facts) {
  for (llvm::StringRef form : {"value_float", "value_floats", "value_int", "value_ints"})
    if (facts.node.hasAttr(form))
      return std::nullopt;
  auto tensor = facts.node.tensorAttr("value");
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return Refusal{"it holds neither numbers nor a dense tensor", "store it as a dense tensor of numbers"};
  }
  if (!isCompiled((*tensor)->elementType) && !isNarrow((*tensor)->elementType))
    return Refusal{("its element type " + infoOf((*tensor)->elementType).name + " is not supported").str(),
                   "use float32, float16, bfloat16, float64, integers of 8 to 64 bits or bool"};
  return std::nullopt;
}

struct Filling {
  DenseElementsAttr value; ///< a scalar
  OnnxElementType type;
};

/// The attribute `value` of ConstantOfShape: one element, float 0 where it is missing.
static std::optional<Filling> readFilling(OperatorContext &op) {
  if (!op.node.hasAttr("value"))
    return Filling{DenseElementsAttr::get(RankedTensorType::get({}, op.builder.getF32Type()), 0.0f),
                   OnnxElementType::Float32};
  auto tensor = op.node.tensorAttr("value");
  if (!tensor) {
    op.fail(tensor.takeError());
    return std::nullopt;
  }
  DenseElementsAttr value = denseAttribute(**tensor, op.builder.getContext());
  if (value.getNumElements() != 1) {
    op.fail<Code::OperandLength>("attribute 'value'", value.getNumElements(), 1);
    return std::nullopt;
  }
  return Filling{value.reshape(RankedTensorType::get({}, value.getElementType())), (*tensor)->elementType};
}

static void importConstantOfShape(OperatorContext &op) {
  auto filling = readFilling(op);
  Sizes shape = op.indexList(0);
  if (!filling || op.failed())
    return;
  MixedSizes mixed = op.checkedSizes(shape);
  auto type = RankedTensorType::get(mixed.constants, filling->value.getElementType());
  bool isSmall = type.hasStaticShape() && type.getNumElements() <= kLargestConstant;
  op.setResult(isSmall ? op.constant(filling->value.resizeSplat(type)) : op.expand(op.constant(filling->value), shape),
               filling->type);
}

static std::optional<Refusal> refuseFilling(const NodeFacts &facts) {
  return facts.node.hasAttr("value") ? refuseConstant(facts) : std::nullopt;
}

llvm::ArrayRef<OperatorImporter> constantOperators() {
  static const OperatorImporter table[] = {
      {"", "Constant", 13, kNewest, 0, importConstant, refuseConstant},
      {"", "ConstantOfShape", 9, kNewest, 1, importConstantOfShape, refuseFilling},
  };
  return table;
}

} // namespace llmc::frontend
