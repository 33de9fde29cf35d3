// Float scalars as fractions. A quotient of two integers below 2^24 is never rounded up to the next integer, so
// rounding it down or up is exact; anything else done to a quotient that floats can't hold is not followed.
#include "compiler/ir/FloatSizes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace llmc::ir {
namespace {

struct Fraction {
  DimExpr numerator;
  int64_t denominator; // at least 1

  /// Floats hold it exactly.
  bool isExact() const { return llvm::isPowerOf2_64(denominator); }
  DimExpr floor() const { return DimExpr::floorDiv(numerator, denominator); }
  DimExpr ceil() const { return DimExpr(0) - DimExpr::floorDiv(DimExpr(0) - numerator, denominator); }
};

std::optional<Fraction> fractionOf(double constant) {
  for (int64_t denominator = 1; denominator <= 1024; denominator *= 2)
    if (double numerator = constant * denominator;
        numerator == std::floor(numerator) && std::abs(numerator) < (1 << 24))
      return Fraction{static_cast<int64_t>(numerator), denominator};
  return std::nullopt;
}

/// Bounds the work on expressions that share values.
constexpr int kMostNested = 12;

class FractionReader {
public:
  explicit FractionReader(llvm::function_ref<DimExpr(Value)> valueOf) : valueOf(valueOf) {}

  std::optional<Fraction> read(Value scalar, int depth = 0) {
    if (depth > kMostNested)
      return std::nullopt;
    APFloat constant(0.0);
    if (matchPattern(scalar, m_ConstantFloat(&constant)))
      return fractionOf(constant.convertToDouble());
    Operation *op = scalar.getDefiningOp();
    if (!op || scalar.getType().getIntOrFloatBitWidth() < 32)
      return std::nullopt;
    if (isa<arith::SIToFPOp>(op))
      return Fraction{valueOf(op->getOperand(0)), 1};
    if (isa<arith::ExtFOp, arith::TruncFOp>(op))
      return read(op->getOperand(0), depth + 1);
    if (isa<math::FloorOp, math::CeilOp>(op)) {
      auto fraction = read(op->getOperand(0), depth + 1);
      if (!fraction)
        return std::nullopt;
      return Fraction{isa<math::FloorOp>(op) ? fraction->floor() : fraction->ceil(), 1};
    }
    return op->getNumOperands() == 2 ? readBinary(op, depth + 1) : std::nullopt;
  }

private:
  std::optional<Fraction> readBinary(Operation *op, int depth) {
    auto a = read(op->getOperand(0), depth), b = read(op->getOperand(1), depth);
    if (!a || !b || !a->isExact() || !b->isExact())
      return std::nullopt;
    DimExpr left = a->numerator * b->denominator, right = b->numerator * a->denominator;
    if (isa<arith::AddFOp>(op))
      return Fraction{left + right, a->denominator * b->denominator};
    if (isa<arith::SubFOp>(op))
      return Fraction{left - right, a->denominator * b->denominator};
    if (isa<arith::MulFOp>(op))
      return Fraction{a->numerator * b->numerator, a->denominator * b->denominator};
    if (isa<arith::DivFOp>(op) && right.constant().value_or(0) > 0)
      return Fraction{left, *right.constant()};
    return std::nullopt;
  }

  llvm::function_ref<DimExpr(Value)> valueOf;
};

} // namespace

std::optional<DimExpr> truncatedFloat(Value scalar, llvm::function_ref<DimExpr(Value)> valueOf) {
  auto fraction = FractionReader(valueOf).read(scalar);
  if (!fraction)
    return std::nullopt;
  if (fraction->denominator == 1)
    return fraction->numerator;
  return fraction->numerator.least() >= 0 ? std::optional<DimExpr>(fraction->floor()) : std::nullopt;
}

} // namespace llmc::ir
