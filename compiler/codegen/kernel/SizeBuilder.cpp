// Builds sums of products.
#include "compiler/codegen/kernel/SizeBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::codegen {

Value SizeBuilder::size(const ir::DimExpr &expr) {
  Value &cached = known[expr.text()];
  if (cached)
    return cached;
  Value result = materialize(expr);
  return known[expr.text()] = result; // materialize may have grown the map
}

Value SizeBuilder::multiply(Value a, Value b) {
  if (!overflow)
    return builder.createOrFold<arith::MulIOp>(location, a, b);
  auto product = arith::MulSIExtendedOp::create(builder, location, a, b);
  Value sign = arith::ShRSIOp::create(builder, location, product.getLow(), constant(63));
  watch(arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ne, product.getHigh(), sign));
  watchSize(product.getLow());
  return product.getLow();
}

void SizeBuilder::watchSize(Value size) {
  Value shifted = arith::AddIOp::create(builder, location, size, constant(kMost));
  watch(arith::CmpIOp::create(builder, location, arith::CmpIPredicate::ugt, shifted, constant(2 * kMost)));
}

void SizeBuilder::watch(Value condition) {
  overflow = overflow ? arith::OrIOp::create(builder, location, overflow, condition).getResult() : condition;
}

Value SizeBuilder::constant(int64_t value) { return arith::ConstantIndexOp::create(builder, location, value); }

Value SizeBuilder::materialize(const ir::DimExpr &expr) {
  auto add = [&](Value a, Value b) { return builder.createOrFold<arith::AddIOp>(location, a, b); };
  Value sum;
  for (const ir::DimExpr::Term &term : expr.terms()) {
    Value value;
    if (term.coefficient != 1 || term.factors.empty())
      value = constant(term.coefficient);
    for (const auto &factor : term.factors) {
      Value atom = materialize(*factor);
      value = value ? multiply(value, atom) : atom;
    }
    sum = sum ? add(sum, value) : value;
  }
  return sum ? sum : constant(0);
}

Value SizeBuilder::materialize(const ir::DimAtom &atom) {
  if (atom.kind == ir::DimAtom::Symbol) {
    Value symbol = known.lookup(atom.text);
    assert(symbol && "a formula mentions a symbol that nobody defined");
    return symbol;
  }
  Value left = size(atom.left), right = size(atom.right);
  bool divides = atom.kind == ir::DimAtom::FloorDiv || atom.kind == ir::DimAtom::Mod;
  if (divides && atom.right.least() <= 0 && atom.right.most() >= 0) // formulas are computed for empty tensors too
    right = size(ir::DimExpr::max(atom.right, 1));
  switch (atom.kind) {
  case ir::DimAtom::FloorDiv:
    return arith::FloorDivSIOp::create(builder, location, left, right);
  case ir::DimAtom::Mod: { // floor semantics: a - floor(a / b) * b
    Value quotient = arith::FloorDivSIOp::create(builder, location, left, right);
    return arith::SubIOp::create(builder, location, left, arith::MulIOp::create(builder, location, quotient, right));
  }
  case ir::DimAtom::Min:
    return arith::MinSIOp::create(builder, location, left, right);
  case ir::DimAtom::Max:
    return arith::MaxSIOp::create(builder, location, left, right);
  default: { // broadcast
    Value one = constant(1);
    Value isOne = arith::CmpIOp::create(builder, location, arith::CmpIPredicate::eq, left, one);
    return arith::SelectOp::create(builder, location, isOne, right, left);
  }
  }
}

} // namespace llmc::codegen
