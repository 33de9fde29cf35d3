// Functions of reals on quantized integers, as ONNX Runtime's quantizers write them.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

/// Input `tensor`, with its scale and zero point behind it, as reals.
Value realOf(OperatorContext &op, size_t tensor) {
  Quantization from = readQuantization(op, tensor + 1, tensor + 2, op.input(tensor), op.type(tensor));
  return dequantize(op, op.input(tensor), from, op.builder.getF32Type());
}

/// Sets the result to `real`, quantized by inputs `scale` and the one behind it, to the type of input 0.
void setQuantized(OperatorContext &op, Value real, size_t scale) {
  Quantization to = readQuantization(op, scale, scale + 1, real, op.type(0));
  op.setResult(quantize(op, {real, OnnxElementType::Float32}, to, op.builder.getF32Type()));
}

template <Value (ScalarMath::*combine)(Value, Value)> void importQLinearBinary(OperatorContext &op) {
  Value real = op.map({realOf(op, 0), realOf(op, 3)}, OnnxElementType::Float32,
                      [](ScalarMath &m, ValueRange x) { return (m.*combine)(x[0], x[1]); });
  setQuantized(op, real, 6);
}

void importQLinearSigmoid(OperatorContext &op) {
  Value real = op.map(realOf(op, 0), OnnxElementType::Float32, [](ScalarMath &m, ValueRange x) {
    Value one = m.constant(1, x[0]);
    return m.div(one, m.add(one, m.apply<math::ExpOp>(m.neg(x[0]))));
  });
  setQuantized(op, real, 3);
}

void importQLinearLeakyRelu(OperatorContext &op) {
  double alpha = op.floatAttr("alpha", 0.01f);
  Value real = op.map(realOf(op, 0), OnnxElementType::Float32, [&](ScalarMath &m, ValueRange x) {
    return m.select(m.less(x[0], m.constant(0, x[0])), m.mul(m.constant(alpha, x[0]), x[0]), x[0]);
  });
  setQuantized(op, real, 3);
}

/// Before opset 13 all axes from the given one on are one.
void importQLinearSoftmax(OperatorContext &op) {
  Value real = realOf(op, 0);
  auto axis = op.axis(op.intAttr("axis", -1), OperatorContext::rank(real));
  if (!axis)
    return;
  Sizes sizes = op.sizes.dims(real);
  llvm::ArrayRef<Value> all = sizes;
  bool merges = op.intAttr("opset") < 13;
  if (merges)
    real = op.reshape(real, {op.sizes.product(all.take_front(*axis)), op.sizes.product(all.drop_front(*axis))});
  real = op.make<ir::SoftmaxOp>(real, merges ? uint64_t{1} : static_cast<uint64_t>(*axis));
  setQuantized(op, merges ? op.reshape(real, sizes) : real, 3);
}

void importQLinearConcat(OperatorContext &op) {
  SmallVector<Value> parts;
  for (size_t index = 2; index + 2 < op.inputCount(); index += 3)
    parts.push_back(realOf(op, index));
  auto axis = parts.empty() ? std::nullopt : op.axis(op.intAttr("axis"), OperatorContext::rank(parts.front()));
  if (!axis)
    return op.fail<Code::OperandsDoNotFit>("it needs tensors, each with scale and zero point, and one of their axes");
  Value real = op.make<ir::ConcatOp>(parts, static_cast<uint64_t>(*axis));
  Quantization to = readQuantization(op, 0, 1, real, op.type(1));
  op.setResult(quantize(op, {real, OnnxElementType::Float32}, to, op.builder.getF32Type()), op.type(1));
}

void importQLinearGlobalAveragePool(OperatorContext &op) {
  int64_t rank = OperatorContext::rank(op.input(0));
  if (rank < 3)
    return op.fail<Code::OperandsDoNotFit>("its input needs rank 3 or more");
  int64_t first = op.intAttr("channels_last", 0) ? 1 : 2;
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(first, first + rank - 2));
  Value real = realOf(op, 0);
  Sizes counted = llvm::map_to_vector<4>(axes, [&](int64_t axis) { return op.sizes.dim(real, axis); });
  Value sum = op.reduce(real, axes, op.builder.getF32FloatAttr(0), OnnxElementType::Float32,
                        [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
  Value mean = op.map({sum, op.scalarOf(op.sizes.product(counted))}, OnnxElementType::Int64,
                      [](ScalarMath &m, ValueRange x) { return m.div(x[0], m.cast(x[1], x[0].getType(), false)); });
  setQuantized(op, mean, 3);
}

/// Axis 1 to the end, or back.
Value moveChannels(OperatorContext &op, Value tensor, bool toEnd) {
  SmallVector<int64_t> order = llvm::to_vector(llvm::seq<int64_t>(0, OperatorContext::rank(tensor)));
  if (toEnd)
    std::rotate(order.begin() + 1, order.begin() + 2, order.end());
  else
    std::rotate(order.begin() + 1, order.end() - 1, order.end());
  return op.transpose(tensor, order);
}

void importQLinearAveragePool(OperatorContext &op) {
  if (OperatorContext::rank(op.input(0)) < 3)
    return op.fail<Code::OperandsDoNotFit>("its input needs rank 3 or more");
  bool channelsLast = op.intAttr("channels_last", 0);
  Value real = realOf(op, 0);
  Value mean = averageWindows(op, channelsLast ? moveChannels(op, real, /*toEnd=*/false) : real);
  if (mean)
    setQuantized(op, channelsLast ? moveChannels(op, mean, /*toEnd=*/true) : mean, 3);
}

//===--- QEmbedLayerNormalization --------------------------------------------------------------------------------===//

/// What input `tensor` stands for, or rows of it. `nth` counts those that are quantized: their scales stand behind all
/// of them, and behind those their zero points.
Value embedded(OperatorContext &op, size_t tensor, size_t nth, Value rows) {
  constexpr size_t firstScale = 8, firstZeroPoint = 13;
  Quantization from = readQuantization(op, firstScale + nth, firstZeroPoint + nth, op.input(tensor), op.type(tensor));
  Value integers = rows ? op.make<ir::GatherOp>(op.input(tensor), rows, uint64_t{0}) : op.input(tensor);
  return dequantize(op, integers, from, op.builder.getF32Type());
}

/// How many words of each text count.
Value countOfWords(OperatorContext &op, Value ids) {
  if (!op.has(7))
    return op.expand(op.scalar(0, op.builder.getI32Type()), {op.sizes.dim(ids, 0)});
  Value counts = op.reduce(op.input(7), {1}, op.builder.getI32IntegerAttr(0), OnnxElementType::Int32,
                           [](ScalarMath &m, ValueRange x) {
                             Value isOne = m.equal(x[1], m.constant(1, x[1]));
                             return m.add(x[0], m.select(isOne, m.constant(1, x[1]), m.constant(0, x[1])));
                           });
  return op.reshape(counts, {op.sizes.dim(ids, 0)});
}

void importQEmbedLayerNormalization(OperatorContext &op) {
  Value ids = op.input(0);
  bool hasSegments = op.has(1) && op.has(4);
  if (OperatorContext::rank(ids) != 2 || op.has(1) != op.has(4))
    return op.fail<Code::OperandsDoNotFit>("its ids need rank 2, and segments both ids and a table");
  auto add = [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); };
  Value positions = embedded(op, 3, 1, op.iota(op.sizes.dim(ids, 1)));
  Value sum = op.map({embedded(op, 2, 0, ids), positions}, OnnxElementType::Float32, add);
  if (hasSegments)
    sum = op.map({sum, embedded(op, 4, 2, op.input(1))}, OnnxElementType::Float32, add);
  llvm::APFloat epsilon(static_cast<double>(op.floatAttr("epsilon", 1e-12f)));
  Value scale = embedded(op, 5, 3, {}), bias = embedded(op, 6, 4, {});
  op.setResult(0, op.make<ir::NormOp>(ir::NormKind::Layer, sum, scale, bias, uint64_t{2}, epsilon),
               OnnxElementType::Float32);
  op.setResult(1, countOfWords(op, ids), OnnxElementType::Int32);
}

std::optional<Refusal> refuseCeilMode(const NodeFacts &facts) {
  auto mode = facts.node.intAttr("ceil_mode", 0);
  bool isFloor = mode && *mode == 0;
  llvm::consumeError(mode.takeError());
  if (isFloor)
    return std::nullopt;
  return Refusal{"its windows may reach over the end (ceil_mode)", "export with ceil_mode = 0 and pads"};
}

} // namespace

llvm::ArrayRef<OperatorImporter> quantizedFunctionOperators() {
  static constexpr llvm::StringLiteral domain = "com.microsoft";
  static const OperatorImporter table[] = {
      {domain, "QLinearAdd", 1, kNewest, 7, importQLinearBinary<&ScalarMath::add>},
      {domain, "QLinearMul", 1, kNewest, 7, importQLinearBinary<&ScalarMath::mul>},
      {domain, "QLinearSigmoid", 1, kNewest, 4, importQLinearSigmoid},
      {domain, "QLinearLeakyRelu", 1, kNewest, 4, importQLinearLeakyRelu},
      {domain, "QLinearSoftmax", 1, kNewest, 4, importQLinearSoftmax},
      {domain, "QLinearConcat", 1, kNewest, 5, importQLinearConcat},
      {domain, "QLinearGlobalAveragePool", 1, kNewest, 4, importQLinearGlobalAveragePool},
      {domain, "QLinearAveragePool", 1, kNewest, 4, importQLinearAveragePool, refuseCeilMode},
      {domain, "QEmbedLayerNormalization", 1, kNewest, 1, importQEmbedLayerNormalization},
  };
  return table;
}

} // namespace llmc::frontend
