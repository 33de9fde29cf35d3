// Attention on quantized integers, as ONNX Runtime's optimizer fuses it.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

#include <cmath>

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

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
  int64_t heads = op.intAttr("num_heads");
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

} // namespace

llvm::ArrayRef<OperatorImporter> quantizedAttentionOperators() {
  static constexpr llvm::StringLiteral domain = "com.microsoft";
  static const OperatorImporter table[] = {
      {domain, "QAttention", 1, kNewest, 5, importQAttention, refuseQAttention},
  };
  return table;
}

} // namespace llmc::frontend
