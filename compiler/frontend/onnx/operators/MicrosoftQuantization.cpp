// The operators of com.microsoft on quantized integers, as ONNX Runtime's quantizers and optimizer write them.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

#include <cmath>

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

//===--- MatMulNBits ---------------------------------------------------------------------------------------------===//

int64_t requiredInt(OperatorContext &op, llvm::StringRef name) {
  auto value = op.node.intAttr(name);
  if (value)
    return *value;
  op.fail(value.takeError());
  return 1;
}

/// Rows of weights in blocks: each has a scale and a zero point, and fills whole bytes.
struct WeightBlocks {
  int64_t rows, columns, bits, size;
  int64_t count() const { return (columns + size - 1) / size; }
};

/// Integers of less than 8 bits, packed along the last axis from the low bits on, as one byte each.
Value unpack(OperatorContext &op, Value bytes, int64_t bits) {
  if (bits == 8)
    return bytes;
  SmallVector<int8_t> shifts;
  for (int64_t shift = 0; shift < 8; shift += bits)
    shifts.push_back(static_cast<int8_t>(shift));
  auto type = RankedTensorType::get({static_cast<int64_t>(shifts.size())}, op.builder.getI8Type());
  Value by = op.constant(DenseElementsAttr::get(type, llvm::ArrayRef<int8_t>(shifts)));
  Value lone = withAxis(op, bytes, OperatorContext::rank(bytes));
  Value parts = op.map({lone, by}, OnnxElementType::UInt8, [&](ScalarMath &m, ValueRange x) {
    return m.apply<arith::AndIOp>(m.apply<arith::ShRUIOp>(x[0], x[1]), m.constant((1 << bits) - 1, x[0]));
  });
  Sizes packed = op.sizes.dims(bytes);
  packed.back() = op.sizes.mul(packed.back(), op.sizes.constant(static_cast<int64_t>(shifts.size())));
  return op.reshape(parts, packed);
}

Value reshapeTo(OperatorContext &op, Value tensor, llvm::ArrayRef<int64_t> shape) {
  Sizes sizes = llvm::map_to_vector<4>(shape, [&](int64_t size) { return op.sizes.constant(size); });
  RankedTensorType type = OperatorContext::typeOf(tensor);
  int64_t wanted = llvm::product_of(shape);
  if (!type.hasStaticShape() || type.getNumElements() == wanted)
    return op.reshape(tensor, sizes);
  op.fail<Code::OperandLength>("one of weights, scales and zero points", type.getNumElements(), wanted);
  return op.expand(op.scalar(0, type.getElementType()), sizes);
}

/// The first `columns` columns of a matrix.
Value firstColumns(OperatorContext &op, Value matrix, int64_t columns) {
  Sizes sizes = op.sizes.dims(matrix), offsets(2, op.sizes.constant(0));
  sizes[1] = op.sizes.constant(columns);
  return op.slice(matrix, offsets, sizes, {1, 1});
}

/// One a block: [rows, count]. Those of integers are packed as weights are, each row in whole bytes.
Value zeroPointsOf(OperatorContext &op, const WeightBlocks &blocks) {
  if (!op.has(3))
    return op.scalar(1 << (blocks.bits - 1), op.builder.getI8Type());
  if (isa<FloatType>(op.elementType(op.input(3))))
    return reshapeTo(op, op.input(3), {blocks.rows, blocks.count()});
  int64_t rowBytes = (blocks.count() * blocks.bits + 7) / 8;
  Value unpacked = unpack(op, reshapeTo(op, op.input(3), {blocks.rows, rowBytes}), blocks.bits);
  return firstColumns(op, unpacked, blocks.count());
}

/// The weights in `type`, [rows, columns].
Value dequantizeBlocks(OperatorContext &op, const WeightBlocks &blocks, Type type) {
  int64_t rows = blocks.rows, count = blocks.count();
  Value weights = unpack(op, reshapeTo(op, op.input(1), {rows, count * blocks.size * blocks.bits / 8}), blocks.bits);
  bool byIndex = op.has(4); // input 4 says for each column which block's scale is meant
  weights = byIndex ? firstColumns(op, weights, blocks.columns) : reshapeTo(op, weights, {rows, count, blocks.size});
  auto spread = [&](Value parameter) {
    if (OperatorContext::rank(parameter) == 0)
      return parameter;
    return byIndex ? op.make<ir::GatherOp>(parameter, op.input(4), uint64_t{1}) : withAxis(op, parameter, 2);
  };
  Value scales = spread(reshapeTo(op, op.input(2), {rows, count})), zeroPoints = spread(zeroPointsOf(op, blocks));
  Value reals = op.map({weights, scales, zeroPoints}, OnnxElementType::UInt8, [&](ScalarMath &m, ValueRange x) {
    Type f32 = op.builder.getF32Type();
    Value difference = m.sub(m.cast(x[0], f32, false), m.cast(x[2], f32, false));
    return m.cast(m.mul(difference, m.cast(x[1], f32, false)), type, false);
  });
  return byIndex ? reals : firstColumns(op, reshapeTo(op, reals, {rows, count * blocks.size}), blocks.columns);
}

Value withBias(OperatorContext &op, Value product, size_t bias) {
  if (!op.has(bias))
    return product;
  return op.map({product, op.input(bias)}, OnnxElementType::Float32,
                [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
}

void importMatMulNBits(OperatorContext &op) {
  WeightBlocks blocks = {requiredInt(op, "N"), requiredInt(op, "K"), op.intAttr("bits", 4),
                         requiredInt(op, "block_size")};
  if (op.failed())
    return;
  if (blocks.rows < 1 || blocks.columns < 1 || blocks.size < 1 || blocks.size * blocks.bits % 8 != 0)
    return op.fail<Code::AttributeValue>("block_size", blocks.size, "a positive number of weights that fill bytes");
  Value weights = dequantizeBlocks(op, blocks, op.elementType(op.input(0)));
  if (op.failed())
    return;
  Value product = multiplyAsMatrices(op, op.input(0), op.transpose(weights, {1, 0}),
                                     [&](Value a, Value b) { return op.make<ir::MatmulOp>(a, b); });
  op.setResult(withBias(op, product, 5));
}

std::optional<Refusal> refuseMatMulNBits(const NodeFacts &facts) {
  auto bits = facts.node.intAttr("bits", 4), prepacked = facts.node.intAttr("weight_prepacked", 0);
  int64_t found = bits ? *bits : 0;
  bool isPlain = prepacked && *prepacked == 0;
  llvm::consumeError(bits.takeError());
  llvm::consumeError(prepacked.takeError());
  if (!llvm::is_contained({2, 4, 8}, found))
    return Refusal{"its weights have " + std::to_string(found) + " bits", "quantize to 2, 4 or 8 bits"};
  if (!isPlain)
    return Refusal{"its weights are laid out for one machine", "export with weight_prepacked = 0"};
  return std::nullopt;
}

//===--- products of integers ------------------------------------------------------------------------------------===//

/// sums * the scales of both sides, in f32.
Value scaleSums(OperatorContext &op, Value sums, Value lhsScale, Value rhsScale) {
  Value scale = op.map({lhsScale, rhsScale}, OnnxElementType::Float32,
                       [](ScalarMath &m, ValueRange x) { return m.mul(x[0], x[1]); });
  return op.map({sums, scale}, OnnxElementType::Int32,
                [](ScalarMath &m, ValueRange x) { return m.mul(m.cast(x[0], x[1].getType(), false), x[1]); });
}

void importDynamicQuantizeMatMul(OperatorContext &op) {
  Quantization to = chooseQuantization(op, op.input(0));
  IntegerSide a = {quantize(op, {op.input(0), op.type(0)}, to, op.builder.getF32Type()), to.type, to.zeroPoint};
  IntegerSide b = readSide(op, 1, 3, [&](size_t index) { return perColumn(op, index); });
  Value product = scaleSums(op, multiplyIntegers(op, a, b), to.scale, perColumn(op, 2));
  op.setResult(withBias(op, product, 4), OnnxElementType::Float32);
}

void importMatMulIntegerToFloat(OperatorContext &op) {
  IntegerSide a = readSide(op, 0, 4, [&](size_t index) { return perRow(op, index); });
  IntegerSide b = readSide(op, 1, 5, [&](size_t index) { return perColumn(op, index); });
  Value product = scaleSums(op, multiplyIntegers(op, a, b), perRow(op, 2), perColumn(op, 3));
  op.setResult(withBias(op, product, 6), OnnxElementType::Float32);
}

void importQGemm(OperatorContext &op) {
  if (OperatorContext::rank(op.input(0)) != 2 || OperatorContext::rank(op.input(3)) != 2)
    return op.fail<Code::OperandsDoNotFit>("A and B have to be matrices");
  auto single = [&](size_t index) { return perColumn(op, index); };
  IntegerSide a = readSide(op, 0, 2, single), b = readSide(op, 3, 5, single);
  if (op.intAttr("transA", 0))
    a.tensor = op.transpose(a.tensor, {1, 0});
  if (op.intAttr("transB", 0))
    b.tensor = op.transpose(b.tensor, {1, 0});
  Value sums = multiplyIntegers(op, a, b);
  if (op.has(6))
    sums = op.map({sums, op.repeatTo(op.input(6), sums)}, OnnxElementType::Int32,
                  [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
  double alpha = op.floatAttr("alpha", 1);
  Value scale = op.map({single(1), single(4)}, OnnxElementType::Float32,
                       [&](ScalarMath &m, ValueRange x) { return m.mul(m.mul(m.constant(alpha, x[0]), x[0]), x[1]); });
  if (!op.has(7))
    return op.setResult(scaleSums(op, sums, scale, op.scalar(1, op.builder.getF32Type())), OnnxElementType::Float32);
  OnnxElementType type = op.has(8) ? op.type(8) : op.type(0);
  Quantization to = readQuantization(op, 7, 8, sums, type);
  Value ratio = op.map({scale, to.scale}, OnnxElementType::Float32,
                       [](ScalarMath &m, ValueRange x) { return m.div(x[0], x[1]); });
  op.setResult(requantize(op, sums, ratio, to), type);
}

//===--- QAttention ----------------------------------------------------------------------------------------------===//

/// What is added to scores [batch, heads, rows, columns], from input 5: where a mask of columns, one for all rows or
/// one each, is not positive, or from a number of columns on, one a batch.
Value maskOf(OperatorContext &op, Value scores) {
  Type f32 = op.builder.getF32Type();
  double filter = op.floatAttr("mask_filter_value", -10000);
  Sizes sizes = op.sizes.dims(op.input(5));
  int64_t rank = static_cast<int64_t>(sizes.size());
  if (rank < 1 || rank > 3) {
    op.fail<Code::OperandsDoNotFit>("its mask needs rank 1 to 3");
    return scores;
  }
  auto require = [&](int64_t axis, int64_t ofScores) { // so that no broadcast is in question
    Value size = op.sizes.dim(scores, ofScores);
    op.require(ir::DimRelation::Equal, sizes[axis], size, "the mask is not one of these scores");
    return size;
  };
  Sizes shape(4, op.sizes.constant(1));
  shape[0] = require(0, 0);
  if (rank == 3)
    shape[2] = require(1, 2);
  if (rank > 1)
    shape[3] = require(rank - 1, 3);
  Value mask = op.reshape(op.input(5), shape);
  SmallVector<Value> operands = {mask};
  if (rank == 1)
    operands.push_back(op.iota(op.sizes.dim(scores, 3)));
  return op.map(operands, OnnxElementType::Int32, [&](ScalarMath &m, ValueRange x) {
    Value zero = m.constant(0, f32), away = m.constant(filter, f32);
    if (x.size() == 1)
      return m.select(m.less(m.constant(0, x[0]), x[0]), zero, away);
    return m.select(m.less(x[1], m.cast(x[0], x[1].getType(), false)), zero, away);
  });
}

/// Scores without those of columns that come later than their row, which are the last of all columns.
Value withoutFuture(OperatorContext &op, Value scores) {
  Value rows = op.sizes.dim(scores, 2), columns = op.sizes.dim(scores, 3);
  Value past = op.scalarOf(op.sizes.sub(columns, rows));
  Value row = withAxis(op, op.iota(rows), 1), column = op.iota(columns);
  return op.map({scores, row, column, past}, OnnxElementType::Int64, [&](ScalarMath &m, ValueRange x) {
    return m.select(m.lessOrEqual(x[2], m.add(x[1], x[3])), x[0], m.smallest(x[0].getType()));
  });
}

/// Part `index` along axis 0.
Value partOf(OperatorContext &op, Value tensor, int64_t index) {
  Sizes sizes = op.sizes.dims(tensor), offsets(sizes.size(), op.sizes.constant(0));
  sizes[0] = op.sizes.constant(1);
  offsets[0] = op.sizes.constant(index);
  return withoutAxis(op, op.slice(tensor, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1)), 0);
}

void importQAttention(OperatorContext &op) {
  int64_t heads = requiredInt(op, "num_heads");
  RankedTensorType weights = OperatorContext::typeOf(op.input(1));
  int64_t width = weights.getRank() == 2 ? weights.getDimSize(1) : ShapedType::kDynamic;
  if (op.failed())
    return;
  if (OperatorContext::rank(op.input(0)) != 3 || heads < 1 || ShapedType::isDynamic(width) || width % (3 * heads) != 0)
    return op.fail<Code::OperandsDoNotFit>(
        "its input needs rank 3, its weights a column for each of all heads' elements");
  IntegerSide a = readSide(op, 0, 6, [&](size_t index) { return perColumn(op, index); });
  IntegerSide b = readSide(op, 1, 7, [&](size_t index) { return perColumn(op, index); });
  Value all = withBias(op, scaleSums(op, multiplyIntegers(op, a, b), perColumn(op, 3), perColumn(op, 4)), 2);
  if (OperatorContext::rank(all) != 3)
    return;
  Sizes sizes = op.sizes.dims(all), split = sizes;
  int64_t headSize = width / 3 / heads;
  split[2] = op.sizes.constant(3);
  split.append({op.sizes.constant(heads), op.sizes.constant(headSize)});
  all = op.transpose(op.reshape(all, split), {2, 0, 3, 1, 4});
  Value query = partOf(op, all, 0), key = partOf(op, all, 1), value = partOf(op, all, 2);
  if (op.has(8)) {
    if (OperatorContext::rank(op.input(8)) != 5)
      return op.fail<Code::OperandsDoNotFit>("its past needs rank 5");
    key = op.make<ir::ConcatOp>(ValueRange{partOf(op, op.input(8), 0), key}, uint64_t{2});
    value = op.make<ir::ConcatOp>(ValueRange{partOf(op, op.input(8), 1), value}, uint64_t{2});
  }
  double scale = op.floatAttr("scale", 0);
  scale = scale == 0 ? 1 / std::sqrt(static_cast<double>(headSize)) : scale;
  Value scores = op.make<ir::MatmulOp>(query, op.transpose(key, {0, 1, 3, 2}));
  if (OperatorContext::rank(scores) != 4)
    return;
  scores = op.map(scores, OnnxElementType::Float32,
                  [&](ScalarMath &m, ValueRange x) { return m.mul(x[0], m.constant(scale, x[0])); });
  if (op.has(5))
    scores = op.map({scores, maskOf(op, scores)}, OnnxElementType::Float32,
                    [](ScalarMath &m, ValueRange x) { return m.add(x[0], x[1]); });
  if (op.intAttr("unidirectional", 0))
    scores = withoutFuture(op, scores);
  Value result = op.make<ir::MatmulOp>(op.make<ir::SoftmaxOp>(scores, uint64_t{3}), value);
  sizes[2] = op.sizes.constant(width / 3);
  op.setResult(0, op.reshape(op.transpose(result, {0, 2, 1, 3}), sizes), OnnxElementType::Float32);
  if (op.node.hasOutput(1))
    op.setResult(1, op.make<ir::ConcatOp>(ValueRange{withAxis(op, key, 0), withAxis(op, value, 0)}, uint64_t{0}),
                 OnnxElementType::Float32);
}

std::optional<Refusal> refuseQAttention(const NodeFacts &facts) {
  for (llvm::StringRef name : {"do_rotary", "past_present_share_buffer"}) {
    auto flag = facts.node.intAttr(name, 0);
    bool isSet = !flag || *flag != 0;
    llvm::consumeError(flag.takeError());
    if (isSet)
      return Refusal{"attribute '" + name.str() + "' is set", "export without it"};
  }
  return std::nullopt;
}

//===--- functions of reals --------------------------------------------------------------------------------------===//

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
  bool merges = requiredInt(op, "opset") < 13;
  if (merges)
    real = op.reshape(real, {op.sizes.product(all.take_front(*axis)), op.sizes.product(all.drop_front(*axis))});
  real = op.make<ir::SoftmaxOp>(real, merges ? uint64_t{1} : static_cast<uint64_t>(*axis));
  setQuantized(op, merges ? op.reshape(real, sizes) : real, 3);
}

void importQLinearConcat(OperatorContext &op) {
  SmallVector<Value> parts;
  for (size_t index = 2; index + 2 < op.inputCount(); index += 3)
    parts.push_back(realOf(op, index));
  auto axis = parts.empty() ? std::nullopt : op.axis(requiredInt(op, "axis"), OperatorContext::rank(parts.front()));
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

std::optional<Refusal> refuseCeilMode(const NodeFacts &facts) {
  auto mode = facts.node.intAttr("ceil_mode", 0);
  bool isFloor = mode && *mode == 0;
  llvm::consumeError(mode.takeError());
  if (isFloor)
    return std::nullopt;
  return Refusal{"its windows may reach over the end (ceil_mode)", "export with ceil_mode = 0 and pads"};
}

} // namespace

llvm::ArrayRef<OperatorImporter> microsoftQuantizationOperators() {
  static constexpr llvm::StringLiteral domain = "com.microsoft";
  static const OperatorImporter table[] = {
      {domain, "MatMulNBits", 1, kNewest, 3, importMatMulNBits, refuseMatMulNBits},
      {domain, "DynamicQuantizeMatMul", 1, kNewest, 3, importDynamicQuantizeMatMul},
      {domain, "MatMulIntegerToFloat", 1, kNewest, 4, importMatMulIntegerToFloat},
      {domain, "QGemm", 1, kNewest, 6, importQGemm},
      {domain, "QAttention", 1, kNewest, 5, importQAttention, refuseQAttention},
      {domain, "QLinearAdd", 1, kNewest, 7, importQLinearBinary<&ScalarMath::add>},
      {domain, "QLinearMul", 1, kNewest, 7, importQLinearBinary<&ScalarMath::mul>},
      {domain, "QLinearSigmoid", 1, kNewest, 4, importQLinearSigmoid},
      {domain, "QLinearLeakyRelu", 1, kNewest, 4, importQLinearLeakyRelu},
      {domain, "QLinearSoftmax", 1, kNewest, 4, importQLinearSoftmax},
      {domain, "QLinearConcat", 1, kNewest, 5, importQLinearConcat},
      {domain, "QLinearGlobalAveragePool", 1, kNewest, 4, importQLinearGlobalAveragePool},
      {domain, "QLinearAveragePool", 1, kNewest, 4, importQLinearAveragePool, refuseCeilMode},
  };
  return table;
}

} // namespace llmc::frontend
