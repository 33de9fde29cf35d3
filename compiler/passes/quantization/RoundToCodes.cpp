// The codes of a block reach from its least number to its largest, or not quite: shorter steps leave less error to the
// many and more to the few at the ends, so several are tried, and the one with the least sum of squares counts.
#include "compiler/passes/quantization/RoundToCodes.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/Codes.h"
#include "compiler/passes/quantization/FloatMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::passes {
namespace {

/// Parts of the whole range of a block.
constexpr double kShares[] = {1, 0.95, 0.9, 0.85, 0.8};

int64_t mostCode(CodeFormat format) { return (int64_t(1) << format.bits) - 1; }

Value zeroOf(FloatMath &m, Value scale, Value center, CodeFormat format) {
  auto most = static_cast<double>(mostCode(format));
  return m.whole(m.sub(m.constant(most / 2), m.inSteps(center, scale)), mostCode(format));
}

Value codeOf(FloatMath &m, Value number, Value scale, Value zero, CodeFormat format) {
  return m.whole(m.apply<arith::AddFOp>(m.inSteps(number, scale), zero), mostCode(format));
}

} // namespace

RoundToCodes::RoundToCodes(OpBuilder &builder, Location loc, Value matrix, CodeFormat format)
    : builder(builder), loc(loc), format(format) {
  auto type = cast<RankedTensorType>(matrix.getType());
  rows = type.getDimSize(0);
  columns = type.getDimSize(1);
  count = llvm::divideCeil(rows, format.block);
  Value whole = padRows(builder, loc, matrix, format.block);
  blocks = ir::reshapeTo(builder, loc, whole, {count, format.block, columns});
}

Value RoundToCodes::map(ValueRange tensors, ScalarBody body) {
  return ir::MapOp::create(builder, loc, tensors,
                           [&](OpBuilder &inner, Location, ValueRange x) -> Value { return body(inner, x); });
}

Value RoundToCodes::reduce(Value tensor, ScalarBody body) {
  return ir::ReduceOp::create(builder, loc, tensor, /*axis=*/1, builder.getF32FloatAttr(0),
                              [&](OpBuilder &inner, Location, ValueRange x) -> Value { return body(inner, x); });
}

Value RoundToCodes::perBlock(Value matrix) { return ir::reshapeTo(builder, loc, matrix, {count, 1, columns}); }
Value RoundToCodes::asMatrix(Value perBlock) { return ir::reshapeTo(builder, loc, perBlock, {count, columns}); }

RoundToCodes::Extremes RoundToCodes::extremes() {
  auto extreme = [&](auto op) {
    return reduce(blocks, [&](OpBuilder &inner, ValueRange x) {
      FloatMath m(inner, loc);
      return m.apply<decltype(op)>(x[0], m.widen(x[1]));
    });
  };
  Value least = extreme(arith::MinimumFOp()), most = extreme(arith::MaximumFOp());
  return {least, most};
}

Value RoundToCodes::centersOf(const Extremes &extremes) {
  return map({extremes.least, extremes.most}, [&](OpBuilder &inner, ValueRange x) {
    FloatMath m(inner, loc);
    return m.mul(m.apply<arith::AddFOp>(x[0], x[1]), m.constant(0.5));
  });
}

Value RoundToCodes::zerosFor(Value scales, Value centers) {
  return map({scales, centers}, [&](OpBuilder &inner, ValueRange x) {
    FloatMath m(inner, loc);
    return zeroOf(m, m.widen(x[0]), x[1], format);
  });
}

/// The sum of squares of what codes with these scales leave.
Value RoundToCodes::errorOf(Value scales, Value centers) {
  Value squares = map({blocks, scales, zerosFor(scales, centers)}, [&](OpBuilder &inner, ValueRange x) {
    FloatMath m(inner, loc);
    Value number = m.widen(x[0]), scale = m.widen(x[1]);
    Value decoded = m.mul(m.sub(codeOf(m, number, scale, x[2], format), x[2]), scale);
    Value error = m.sub(decoded, number);
    return m.mul(error, error);
  });
  return reduce(squares,
                [&](OpBuilder &inner, ValueRange x) { return FloatMath(inner, loc).apply<arith::AddFOp>(x[0], x[1]); });
}

/// In bf16: its error is far below that of the codes, it has the range of f32, and a zero times it is exact.
Value RoundToCodes::scales() {
  Extremes extremes = this->extremes();
  Value centers = centersOf(extremes);
  SmallVector<Value> tried; // scales and their errors
  for (double share : kShares) {
    Value scale = map({extremes.least, extremes.most}, [&](OpBuilder &inner, ValueRange x) {
      FloatMath m(inner, loc);
      Value step = m.mul(m.sub(x[1], x[0]), m.constant(share / static_cast<double>(mostCode(format))));
      return arith::TruncFOp::create(inner, loc, inner.getBF16Type(), step).getResult();
    });
    tried.append({scale, errorOf(scale, centers)});
  }
  return asMatrix(map(tried, [&](OpBuilder &inner, ValueRange x) {
    FloatMath m(inner, loc);
    Value scale = x[0], error = x[1];
    for (size_t i = 2; i < x.size(); i += 2) {
      Value isBetter = m.isLess(x[i + 1], error);
      scale = m.select(isBetter, x[i], scale);
      error = m.select(isBetter, x[i + 1], error);
    }
    return scale;
  }));
}

/// A number as a byte without a sign.
static Value toByte(OpBuilder &builder, Location loc, Value number) {
  return arith::FPToUIOp::create(builder, loc, builder.getI8Type(), number);
}

Value RoundToCodes::zeros(Value scales) {
  Value zeros = zerosFor(perBlock(scales), centersOf(extremes()));
  return asMatrix(map({zeros}, [&](OpBuilder &inner, ValueRange x) { return toByte(inner, loc, x[0]); }));
}

Value RoundToCodes::codes(Value scales, Value zeros) {
  Value codes = map({blocks, perBlock(scales), perBlock(zeros)}, [&](OpBuilder &inner, ValueRange x) {
    FloatMath m(inner, loc);
    Value zero = arith::UIToFPOp::create(inner, loc, inner.getF32Type(), x[2]);
    return toByte(inner, loc, codeOf(m, m.widen(x[0]), m.widen(x[1]), zero, format));
  });
  int64_t whole = count * format.block;
  codes = ir::reshapeTo(builder, loc, codes, {whole, columns});
  if (whole != rows)
    codes = ir::sliceAxis(builder, loc, codes, {whole, columns}, 0, 0, rows);
  return packCodes(builder, loc, codes, format.bits);
}

} // namespace llmc::passes
