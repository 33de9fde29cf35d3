// Products of weights that have a scale for each block, and rows of them, as ONNX Runtime's quantizers of few bits
// write them.
#include "compiler/frontend/onnx/Contractions.h"
#include "compiler/frontend/onnx/QuantizedProducts.h"
#include "compiler/frontend/onnx/SupportedOps.h"

using namespace mlir;

namespace llmc::frontend {

using Code = OnnxErrorCode;

namespace {

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

void importMatMulNBits(OperatorContext &op) {
  WeightBlocks blocks = {op.intAttr("N"), op.intAttr("K"), op.intAttr("bits", 4), op.intAttr("block_size")};
  if (op.failed())
    return;
  if (blocks.rows < 1 || blocks.columns < 1 || blocks.size < 1 || blocks.size * blocks.bits % 8 != 0)
    return op.fail<Code::AttributeValue>("block_size", blocks.size, "a positive number of weights that fill bytes");
  bool permitsBytes = op.intAttr("accuracy_level", 0) == 4;
  Value weights = dequantizeBlocks(op, blocks, op.elementType(op.input(0)));
  if (op.failed())
    return;
  Value product = multiplyAsMatrices(op, op.input(0), op.transpose(weights, {1, 0}), [&](Value a, Value b) {
    return op.make<ir::MatmulOp>(a, b, /*unsigned_lhs=*/false, /*unsigned_rhs=*/false, /*wide=*/false,
                                 /*narrow=*/permitsBytes);
  });
  op.setResult(withBias(op, product, 5));
}

std::optional<Refusal> refuseBits(const NodeFacts &facts) {
  auto bits = facts.node.intAttr("bits", 4);
  int64_t found = bits ? *bits : 0;
  llvm::consumeError(bits.takeError());
  if (llvm::is_contained({2, 4, 8}, found))
    return std::nullopt;
  return Refusal{"its weights have " + std::to_string(found) + " bits", "quantize to 2, 4 or 8 bits"};
}

std::optional<Refusal> refuseMatMulNBits(const NodeFacts &facts) {
  auto prepacked = facts.node.intAttr("weight_prepacked", 0);
  bool isPlain = prepacked && *prepacked == 0;
  llvm::consumeError(prepacked.takeError());
  if (auto refusal = refuseBits(facts))
    return refusal;
  if (!isPlain)
    return Refusal{"its weights are laid out for one machine", "export with weight_prepacked = 0"};
  return std::nullopt;
}

//===--- GatherBlockQuantized ------------------------------------------------------------------------------------===//

/// What is picked along an axis: its elements at indices that lie within it, and zeros for the others.
class Picking {
public:
  Picking(OperatorContext &op, Value data, Value indices, int64_t axis)
      : op(op), indices(indices), axis(axis), size(op.sizes.dim(data, axis)) {
    isWithin = op.map({indices, op.scalarOf(size)}, OnnxElementType::Int64, [](ScalarMath &m, ValueRange x) {
      Value index = m.cast(x[0], x[1].getType(), false);
      return m.apply<arith::AndIOp>(m.less(index, x[1]), m.lessOrEqual(m.neg(x[1]), index));
    });
    known = op.map({indices, isWithin}, OnnxElementType::Int64,
                   [](ScalarMath &m, ValueRange x) { return m.select(x[1], x[0], m.constant(0, x[0])); });
  }

  /// Of the data, or of what has as many elements along the axis, or one for all.
  Value of(Value tensor) const {
    Sizes sizes = op.sizes.dims(tensor);
    if (OperatorContext::typeOf(tensor).getDimSize(axis) != 1)
      return op.make<ir::GatherOp>(tensor, known, static_cast<uint64_t>(axis));
    sizes.erase(sizes.begin() + axis);
    sizes.insert(sizes.begin() + axis, OperatorContext::rank(indices), op.sizes.constant(1));
    return op.reshape(tensor, sizes);
  }

  /// Where an axis of the data is behind what was picked.
  int64_t placeOf(int64_t other) const { return other < axis ? other : other + OperatorContext::rank(indices) - 1; }

  Value zeroBeyond(Value picked) const {
    Sizes sizes(OperatorContext::rank(picked), op.sizes.constant(1));
    llvm::copy(op.sizes.dims(indices), sizes.begin() + axis);
    return op.map({picked, op.reshape(isWithin, sizes)}, OnnxElementType::Float32,
                  [](ScalarMath &m, ValueRange x) { return m.select(x[1], x[0], m.constant(0, x[0])); });
  }

private:
  OperatorContext &op;
  Value indices, isWithin, known;
  int64_t axis;
  Value size;
};

/// Reals from codes with parameters for blocks along an axis; a size of 0 is that of the axis.
Value dequantizeAlong(OperatorContext &op, Value codes, Value scales, Value zeroPoints, Granularity blocks) {
  auto spread = [&](Value parameter) {
    bool isOfBlocks = parameter && blocks.blockSize > 0 && OperatorContext::rank(parameter) > 0;
    return isOfBlocks ? spreadBlocks(op, parameter, codes, blocks) : parameter;
  };
  return dequantize(op, codes, {spread(scales), spread(zeroPoints), op.type(0)}, op.elementType(scales));
}

void importGatherBlockQuantized(OperatorContext &op) {
  bool isPacked = op.type(0) == OnnxElementType::UInt8;
  int64_t bits = op.intAttr("bits", 4), rank = OperatorContext::rank(op.input(0));
  auto axis = op.axis(op.intAttr("gather_axis", 0), rank), along = op.axis(op.intAttr("quantize_axis", 1), rank);
  Granularity blocks = {0, op.intAttr("block_size", 128)};
  if (!axis || !along)
    return;
  if (blocks.blockSize < 0)
    return op.fail<Code::AttributeValue>("block_size", blocks.blockSize, "a positive number");
  for (size_t index : {2, 3})
    if (op.has(index) && OperatorContext::rank(op.input(index)) != rank)
      return op.fail<Code::OperandsDoNotFit>("scales and zero points have as many axes as the data");
  if (isPacked && bits < 8 && *axis == rank - 1)
    return op.fail<Code::OperandsDoNotFit>("it picks along the axis along which codes are packed");
  Picking pick(op, op.input(0), op.input(1), *axis);
  bool pickFirst = *axis != *along;
  blocks.axis = pickFirst ? pick.placeOf(*along) : *along;
  auto read = [&](size_t index) {
    Value tensor = pickFirst ? pick.of(op.input(index)) : op.input(index);
    return isPacked && index != 2 ? unpack(op, tensor, bits) : tensor;
  };
  Value codes = read(0), scales = read(2), zeroPoints;
  if (op.has(3)) {
    zeroPoints = read(3);
    Sizes sizes = op.sizes.dims(zeroPoints);
    sizes.back() = op.sizes.dims(scales).back(); // the last byte may not be full
    Sizes offsets(sizes.size(), op.sizes.constant(0));
    zeroPoints = op.slice(zeroPoints, offsets, sizes, SmallVector<int64_t>(sizes.size(), 1));
  } else if (isPacked) {
    zeroPoints = op.scalar(1 << (bits - 1), op.builder.getI8Type());
  }
  if (op.failed())
    return;
  Value reals = dequantizeAlong(op, codes, scales, zeroPoints, blocks);
  op.setResult(pick.zeroBeyond(pickFirst ? reals : pick.of(reals)), op.type(2));
}

} // namespace

llvm::ArrayRef<OperatorImporter> blockQuantizationOperators() {
  static constexpr llvm::StringLiteral domain = "com.microsoft";
  static const OperatorImporter table[] = {
      {domain, "MatMulNBits", 1, kNewest, 3, importMatMulNBits, refuseMatMulNBits},
      {domain, "GatherBlockQuantized", 1, kNewest, 3, importGatherBlockQuantized, refuseBits},
  };
  return table;
}

} // namespace llmc::frontend
