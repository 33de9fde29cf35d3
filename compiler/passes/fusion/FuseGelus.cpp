// Finds x/2 * (1 + erf(x / sqrt(2))) and x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))), by the function they are
// and not by how it is written.
#include "compiler/passes/fusion/Passes.h"
#include "compiler/passes/fusion/ScalarMatchers.h"
#include "compiler/passes/fusion/ScalarPolynomial.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"
#include <cmath>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FUSEGELUS
#include "compiler/passes/fusion/Passes.h.inc"

namespace {

/// What the curve, erf or tanh, is taken of.
Polynomial argumentOf(ir::GeluKind kind) {
  if (kind == ir::GeluKind::Erf)
    return {{{1, 0}, M_SQRT1_2}};
  double factor = M_2_SQRTPI * M_SQRT1_2;
  return {{{1, 0}, factor}, {{3, 0}, factor * 0.044715}};
}

/// The whole, with x and the curve.
const Polynomial kGelu = {{{1, 0}, 0.5}, {{1, 1}, 0.5}};

/// Coefficients are products of a few constants, each rounded to the type.
double toleranceOf(Value scalar) { return 4 * roundingOf(scalar); }

/// The values from which `scalar` is computed in a few steps, the nearest first.
SmallVector<Value> sourcesOf(Value scalar) {
  constexpr size_t kMost = 16;
  llvm::SmallSetVector<Value, 16> sources;
  sources.insert(scalar);
  for (size_t i = 0; i < sources.size() && sources.size() < kMost; ++i)
    if (Operation *op = sources[i].getDefiningOp())
      for (Value operand : op->getOperands())
        if (!scalarConstant(operand))
          sources.insert(operand);
  return sources.takeVector();
}

/// The x of which `curve` takes the argument that GELU wants, or null.
Value matchInput(Operation *curve, ir::GeluKind kind) {
  Polynomial wanted = argumentOf(kind);
  for (Value x : sourcesOf(curve->getOperand(0))) {
    auto argument = isa<FloatType>(x.getType()) ? polynomialOf(curve->getOperand(0), x) : std::nullopt;
    if (argument && areClose(*argument, wanted, std::max(toleranceOf(x), toleranceOf(curve->getOperand(0)))))
      return x;
  }
  return {};
}

/// The first result that is GELU of x, or null.
Operation *matchWhole(Operation *curve, Value x) {
  for (Operation *op = curve->getNextNode(); op && op->getNumResults() == 1; op = op->getNextNode()) {
    Type type = op->getResult(0).getType();
    if (!isa<arith::MulFOp, arith::DivFOp, arith::AddFOp, arith::SubFOp>(op) || type != x.getType())
      continue;
    auto whole = polynomialOf(op->getResult(0), x, curve->getResult(0));
    if (whole && areClose(*whole, kGelu, toleranceOf(x)))
      return op;
  }
  return nullptr;
}

struct FuseGelusPass : impl::FuseGelusBase<FuseGelusPass> {
  using FuseGelusBase::FuseGelusBase;

  void runOnOperation() override {
    SmallVector<Operation *> curves;
    getOperation().walk([&](Operation *op) {
      if (isa<math::ErfOp, math::TanhOp>(op) && isa<ir::MapOp>(op->getParentOp()))
        curves.push_back(op);
    });
    for (Operation *curve : curves)
      fuse(curve);
  }

private:
  void fuse(Operation *curve) {
    auto kind = isa<math::ErfOp>(curve) ? ir::GeluKind::Erf : ir::GeluKind::Tanh;
    Value x = matchInput(curve, kind);
    Operation *whole = x ? matchWhole(curve, x) : nullptr;
    if (!whole)
      return;
    OpBuilder builder(whole);
    whole->getResult(0).replaceAllUsesWith(ir::GeluOp::create(builder, whole->getLoc(), kind, x));
    ++numFused; // what computed it is dead now and erased by whoever comes next
  }
};

} // namespace
} // namespace llmc::passes
