// Quantization: to integers and back, and products of integers. Where ONNX says nothing, of NaN and of inputs
// that are all zero, they do as ONNX Runtime does.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/Float8.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

//===--- QuantizeLinear, DequantizeLinear ------------------------------------------------------------------------===//

Granularity readGranularity(OperatorContext &op) {
  Granularity granularity = {op.intAttr("axis", 1), op.intAttr("block_size", 0)};
  if (granularity.blockSize < 0)
    op.fail<Code::AttributeValue>("block_size", granularity.blockSize, "a positive number");
  return granularity;
}

/// The attribute `name`, the number of an element type; `byDefault` where it is 0 or missing.
OnnxElementType typeAttr(OperatorContext &op, llvm::StringRef name, OnnxElementType byDefault) {
  int64_t number = op.intAttr(name, 0);
  return number == 0 ? byDefault : *onnxElementTypeFromNumber(number); // refuseTypes() has seen it
}

/// The types that reals are quantized to: integers of up to 16 bits, and floats of 8.
bool isQuantized(OnnxElementType type) {
  using Type = OnnxElementType;
  return isFloat8(type) || llvm::is_contained({Type::Int2, Type::UInt2, Type::Int4, Type::UInt4, Type::Int8,
                                               Type::UInt8, Type::Int16, Type::UInt16},
                                              type);
}

/// Floats have a zero of their own.
void refuseZeroPoint(OperatorContext &op, const Quantization &quantization) {
  if (isFloat8(quantization.type) && quantization.zeroPoint)
    op.fail<Code::OperandsDoNotFit>("zero points of " + infoOf(quantization.type).name.str() + " have to be 0");
}

void importQuantizeLinear(OperatorContext &op) {
  OnnxElementType type = op.has(2) ? op.type(2) : typeAttr(op, "output_dtype", OnnxElementType::UInt8);
  if (!isQuantized(type))
    return op.fail<Code::OperandsDoNotFit>("its zero point is " + infoOf(type).name.str());
  if (typeAttr(op, "output_dtype", type) != type)
    return op.fail<Code::OperandsDoNotFit>("output_dtype is not the type of its zero point");
  Type division = mlirTypeOf(typeAttr(op, "precision", op.type(1)), op.builder.getContext());
  Quantization to = readQuantization(op, 1, 2, op.input(0), type, readGranularity(op));
  to.saturates = op.intAttr("saturate", 1) != 0;
  refuseZeroPoint(op, to);
  if (!op.failed())
    op.setResult(quantize(op, {op.input(0), op.type(0)}, to, division), type);
}

void importDequantizeLinear(OperatorContext &op) {
  OnnxElementType type = typeAttr(op, "output_dtype", op.type(1));
  Quantization from = readQuantization(op, 1, 2, op.input(0), op.type(0), readGranularity(op));
  refuseZeroPoint(op, from);
  if (!op.failed())
    op.setResult(dequantize(op, op.input(0), from, mlirTypeOf(type, op.builder.getContext())), type);
}

bool isFloat(OnnxElementType type) {
  return llvm::is_contained({OnnxElementType::Float32, OnnxElementType::Float16, OnnxElementType::BFloat16}, type);
}

/// Judges the attribute `name`, an element type that has to be one of `allowed`.
std::optional<Refusal> refuseType(const NodeView &node, llvm::StringRef name, bool (*allowed)(OnnxElementType),
                                  llvm::StringRef remedy) {
  auto number = node.intAttr(name, 0);
  if (!number) {
    llvm::consumeError(number.takeError());
    return Refusal{"attribute '" + name.str() + "' is no integer", "export it again"};
  }
  auto type = onnxElementTypeFromNumber(*number);
  if (*number == 0 || (type && allowed(*type)))
    return std::nullopt;
  std::string text = type ? infoOf(*type).name.str() : "type number " + std::to_string(*number);
  return Refusal{"its " + name.str() + " is " + text, remedy.str()};
}

constexpr llvm::StringLiteral kIntegerRemedy = "quantize to integers of 2 to 16 bits or floats of 8";
constexpr llvm::StringLiteral kFloatRemedy = "use float32, float16 or bfloat16";

std::optional<Refusal> refuseQuantizeLinear(const NodeFacts &facts) {
  const TensorData *zeroPoint = facts.index.graph.findTensor(facts.node.input(2));
  if (zeroPoint && !isQuantized(zeroPoint->elementType))
    return Refusal{"its zero point is " + infoOf(zeroPoint->elementType).name.str(), kIntegerRemedy.str()};
  if (auto refusal = refuseType(facts.node, "output_dtype", isQuantized, kIntegerRemedy))
    return refusal;
  return refuseType(facts.node, "precision", isFloat, kFloatRemedy);
}

std::optional<Refusal> refuseDequantizeLinear(const NodeFacts &facts) {
  return refuseType(facts.node, "output_dtype", isFloat, kFloatRemedy);
}

//===--- DynamicQuantizeLinear -----------------------------------------------------------------------------------===//

void importDynamicQuantizeLinear(OperatorContext &op) {
  Quantization to = chooseQuantization(op, op.input(0));
  op.setResult(0, quantize(op, {op.input(0), op.type(0)}, to, op.builder.getF32Type()), to.type);
  op.setResult(1, to.scale, OnnxElementType::Float32);
  op.setResult(2, to.zeroPoint, to.type);
}

//===--- products ------------------------------------------------------------------------------------------------===//

void importMatMulInteger(OperatorContext &op) {
  IntegerSide a = readSide(op, 0, 2, [&](size_t index) { return perRow(op, index); });
  IntegerSide b = readSide(op, 1, 3, [&](size_t index) { return perColumn(op, index); });
  op.setResult(multiplyIntegers(op, a, b), OnnxElementType::Int32);
}

IntegerSide readFilter(OperatorContext &op, size_t filter, size_t zeroPoint) {
  int64_t rank = OperatorContext::rank(op.input(filter));
  return readSide(op, filter, zeroPoint, [&](size_t index) { return perFilter(op, index, rank); });
}

void importConvInteger(OperatorContext &op) {
  IntegerSide input = readSide(op, 0, 2, [&](size_t index) { return perColumn(op, index); });
  op.setResult(convolveIntegers(op, input, readFilter(op, 1, 3)), OnnxElementType::Int32);
}

/// The scales of both sides of a product, divided by that of its result.
Value ratioOf(OperatorContext &op, Value lhs, Value rhs, Value result) {
  Type f32 = op.builder.getF32Type();
  return op.map({lhs, rhs, result}, OnnxElementType::Float32, [&](ScalarMath &m, ValueRange x) {
    return m.div(m.mul(m.cast(x[0], f32, false), m.cast(x[1], f32, false)), m.cast(x[2], f32, false));
  });
}

Value knownOrNull(OperatorContext &op, size_t zeroPoint, ReadParameter read) {
  return isKnownZero(op.input(zeroPoint)) ? Value() : read(zeroPoint);
}

void importQLinearMatMul(OperatorContext &op) {
  auto ofRows = [&](size_t index) { return perRow(op, index); };
  auto ofColumns = [&](size_t index) { return perColumn(op, index); };
  Value sums = multiplyIntegers(op, readSide(op, 0, 2, ofRows), readSide(op, 3, 5, ofColumns));
  Quantization to = {ofRows(6), knownOrNull(op, 7, ofRows), op.type(7)};
  op.setResult(requantize(op, sums, ratioOf(op, ofRows(1), ofColumns(4), to.scale), to), to.type);
}

void importQLinearConv(OperatorContext &op) {
  auto single = [&](size_t index) { return perColumn(op, index); };
  Value sums = convolveIntegers(op, readSide(op, 0, 2, single), readFilter(op, 3, 5));
  if (!sums)
    return;
  int64_t rank = OperatorContext::rank(sums);
  if (op.has(8))
    sums = op.map({sums, alongChannels(op, op.input(8), rank)}, OnnxElementType::Int32,
                  [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
  Quantization to = {single(6), knownOrNull(op, 7, single), op.type(7)};
  Value ratio = ratioOf(op, single(1), perFilter(op, 4, rank - 1), to.scale);
  op.setResult(requantize(op, sums, ratio, to), to.type);
}

} // namespace

llvm::ArrayRef<OperatorImporter> quantizationOperators() {
  static constexpr llvm::StringLiteral microsoft = "com.microsoft";
  static const OperatorImporter table[] = {
      {"", "QuantizeLinear", 10, kNewest, 2, importQuantizeLinear, refuseQuantizeLinear},
      {"", "DequantizeLinear", 10, kNewest, 2, importDequantizeLinear, refuseDequantizeLinear},
      {microsoft, "QuantizeLinear", 1, kNewest, 2, importQuantizeLinear, refuseQuantizeLinear},
      {microsoft, "DequantizeLinear", 1, kNewest, 2, importDequantizeLinear, refuseDequantizeLinear},
      {"", "DynamicQuantizeLinear", 11, kNewest, 1, importDynamicQuantizeLinear},
      {"", "MatMulInteger", 10, kNewest, 2, importMatMulInteger},
      {"", "ConvInteger", 10, kNewest, 2, importConvInteger},
      {"", "QLinearMatMul", 10, kNewest, 8, importQLinearMatMul},
      {"", "QLinearConv", 10, kNewest, 8, importQLinearConv},
  };
  return table;
}

} // namespace llmc::frontend
