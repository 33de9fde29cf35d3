// Scales and zero points leave the product, so that what is summed are bytes.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/Dequantized.h"
#include "compiler/passes/quantization/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FINDBYTEPRODUCTS
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

enum class Side { Left, Right };

/// Whether a parameter is the same for all that one element of the product sums.
bool isAlikeAlongSum(Value parameter, Side side) {
  auto type = cast<RankedTensorType>(parameter.getType());
  int64_t fromEnd = side == Side::Left ? 1 : 2;
  return type.getRank() < fromEnd || type.getDimSize(type.getRank() - fromEnd) == 1;
}

std::optional<Dequantized> matchSide(OpBuilder &builder, Value tensor, Side side) {
  auto found = matchDequantized(builder, tensor);
  if (!found || !isAlikeAlongSum(found->scale, side) || (found->zeroPoint && !isAlikeAlongSum(found->zeroPoint, side)))
    return std::nullopt;
  return found;
}

/// Of bytes along one axis, in i32.
Value sumAlong(OpBuilder &builder, Location loc, const Dequantized &side, int64_t fromEnd) {
  int64_t rank = cast<RankedTensorType>(side.bytes.getType()).getRank();
  return sumBytes(builder, loc, side.bytes, side.isUnsigned, rank - fromEnd);
}

/// Whether the bytes are a matrix that is known when the model is compiled, and therefore packed for instructions that
/// multiply bytes; others would be multiplied one row at a time, more slowly than floats.
bool isWeight(Value bytes) {
  while (auto transpose = bytes.getDefiningOp<ir::TransposeOp>())
    bytes = transpose.getInput();
  return ir::isKnown(bytes) && cast<RankedTensorType>(bytes.getType()).getRank() == 2;
}

/// The zero point of one side times the sum of the other side's bytes.
struct Term {
  Value zeroPoint, sum; // tensors
  bool isUnsigned;
};

struct FindByteProductsPass : impl::FindByteProductsBase<FindByteProductsPass> {
  using FindByteProductsBase::FindByteProductsBase;

  void runOnOperation() override {
    ir::DimAnalysis dims(getOperation());
    if (!dims.isValid())
      return signalPassFailure();
    SmallVector<ir::MatmulOp> products;
    getOperation().walk([&](ir::MatmulOp op) { products.push_back(op); });
    for (ir::MatmulOp op : products)
      if (std::optional<int64_t> depth = dims.dims(op.getLhs()).back().constant(); depth && fits(*depth))
        rewrite(op, *depth);
  }

private:
  /// Whether sums of so many differences of bytes stay within 32 bits.
  static bool fits(int64_t depth) { return depth <= std::numeric_limits<int32_t>::max() / (255 * 255); }

  void rewrite(ir::MatmulOp op, int64_t depth) {
    OpBuilder builder(op);
    auto lhs = matchSide(builder, op.getLhs(), Side::Left), rhs = matchSide(builder, op.getRhs(), Side::Right);
    if (!lhs || !rhs || !isWeight(rhs->bytes))
      return;
    Location loc = op.getLoc();
    Value product = ir::MatmulOp::create(builder, loc, lhs->bytes, rhs->bytes, lhs->isUnsigned, rhs->isUnsigned);
    SmallVector<Term> terms;
    if (lhs->zeroPoint)
      terms.push_back({lhs->zeroPoint, sumAlong(builder, loc, *rhs, 2), lhs->isZeroPointUnsigned});
    if (rhs->zeroPoint)
      terms.push_back({rhs->zeroPoint, sumAlong(builder, loc, *lhs, 1), rhs->isZeroPointUnsigned});
    op.replaceAllUsesWith(scaled(builder, loc, product, terms, lhs->scale, rhs->scale, depth));
    op.erase();
    ++numFound;
  }

  /// (product - zero points * sums + depth * both zero points) * scales
  static Value scaled(OpBuilder &builder, Location loc, Value product, ArrayRef<Term> terms, Value lhsScale,
                      Value rhsScale, int64_t depth) {
    SmallVector<Value> inputs = {product, lhsScale, rhsScale};
    for (const Term &term : terms)
      inputs.append({term.zeroPoint, term.sum});
    return ir::MapOp::create(builder, loc, inputs, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
      Value sum = x[0];
      SmallVector<Value> zeroPoints;
      for (auto [i, term] : llvm::enumerate(terms)) {
        zeroPoints.push_back(widen(inner, loc, x[3 + 2 * i], term.isUnsigned));
        sum =
            arith::SubIOp::create(inner, loc, sum, arith::MulIOp::create(inner, loc, zeroPoints.back(), x[4 + 2 * i]));
      }
      if (zeroPoints.size() == 2) {
        Value count = arith::ConstantIntOp::create(inner, loc, inner.getI32Type(), depth);
        Value both = arith::MulIOp::create(inner, loc, zeroPoints[0], zeroPoints[1]);
        sum = arith::AddIOp::create(inner, loc, sum, arith::MulIOp::create(inner, loc, count, both));
      }
      return scaleSum(inner, loc, sum, x[1], x[2]);
    });
  }
};

} // namespace
} // namespace llmc::passes
