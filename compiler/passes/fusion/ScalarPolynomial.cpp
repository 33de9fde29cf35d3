// Sums, products and whole powers of polynomials are polynomials; the rest is refused.
#include "compiler/passes/fusion/ScalarPolynomial.h"
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;

namespace llmc::passes {

namespace {

using Maybe = std::optional<Polynomial>;

/// Bounds the work on expressions that share values, and degrees with it.
constexpr int kMostNested = 8;
constexpr unsigned kMostDegree = 4;

Polynomial scaled(Polynomial polynomial, double by) {
  for (auto &[powers, coefficient] : polynomial)
    coefficient *= by;
  return polynomial;
}

Maybe add(Maybe a, const Maybe &b) {
  if (!a || !b)
    return std::nullopt;
  for (const auto &[powers, coefficient] : *b)
    (*a)[powers] += coefficient;
  return a;
}

Maybe multiply(const Maybe &a, const Maybe &b) {
  if (!a || !b)
    return std::nullopt;
  Polynomial product;
  for (const auto &[left, first] : *a)
    for (const auto &[right, second] : *b) {
      std::pair<unsigned, unsigned> powers = {left.first + right.first, left.second + right.second};
      if (powers.first + powers.second > kMostDegree)
        return std::nullopt;
      product[powers] += first * second;
    }
  return product;
}

class Reader {
public:
  Reader(Value x, Value y) : x(throughFloatCasts(x)), y(y ? throughFloatCasts(y) : Value()) {}

  Maybe read(Value scalar, int depth = 0) const {
    scalar = throughFloatCasts(scalar);
    if (scalar == x)
      return Polynomial{{{1, 0}, 1}};
    if (scalar == y)
      return Polynomial{{{0, 1}, 1}};
    if (auto constant = scalarConstant(scalar))
      return Polynomial{{{0, 0}, *constant}};
    Operation *op = scalar.getDefiningOp();
    if (!op || depth == kMostNested)
      return std::nullopt;
    auto operand = [&](unsigned number) { return read(op->getOperand(number), depth + 1); };
    return llvm::TypeSwitch<Operation *, Maybe>(op)
        .Case([&](arith::AddFOp) { return add(operand(0), operand(1)); })
        .Case([&](arith::SubFOp) { return add(operand(0), negated(operand(1))); })
        .Case([&](arith::NegFOp) { return negated(operand(0)); })
        .Case([&](arith::MulFOp) { return multiply(operand(0), operand(1)); })
        .Case([&](arith::DivFOp quotient) -> Maybe {
          auto divisor = scalarConstant(quotient.getRhs());
          Maybe dividend = divisor ? operand(0) : std::nullopt;
          return dividend ? Maybe(scaled(std::move(*dividend), 1 / *divisor)) : std::nullopt;
        })
        .Case([&](math::PowFOp power) { return raised(operand(0), scalarConstant(power.getRhs())); })
        .Default([](Operation *) { return std::nullopt; });
  }

private:
  static Maybe negated(Maybe polynomial) {
    return polynomial ? Maybe(scaled(std::move(*polynomial), -1)) : std::nullopt;
  }

  static Maybe raised(const Maybe &base, std::optional<double> exponent) {
    if (!exponent || *exponent < 1 || *exponent > kMostDegree || *exponent != std::floor(*exponent))
      return std::nullopt;
    Maybe result = base;
    for (int i = 1; i < *exponent; ++i)
      result = multiply(result, base);
    return result;
  }

  Value x, y;
};

} // namespace

std::optional<Polynomial> polynomialOf(Value scalar, Value x, Value y) { return Reader(x, y).read(scalar); }

bool areClose(const Polynomial &a, const Polynomial &b, double tolerance) {
  auto covers = [tolerance](const Polynomial &all, const Polynomial &some) {
    return llvm::all_of(some, [&](const auto &term) {
      auto found = all.find(term.first);
      double other = found == all.end() ? 0 : found->second;
      return std::fabs(term.second - other) <= tolerance * std::fabs(term.second);
    });
  };
  return covers(a, b) && covers(b, a);
}

} // namespace llmc::passes
