// Visits a function in program order. Scalar shape arithmetic is read off `arith` on index and integers; a comparison
// becomes a formula with the values 0 and 1, so that selects need no case of their own.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/FloatSizes.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace llmc::ir {

std::string inputName(func::FuncOp function, unsigned index) {
  auto name = function.getArgAttrOfType<StringAttr>(index, kNameAttr);
  return name ? name.str() : "input_" + std::to_string(index);
}

std::string outputName(func::FuncOp function, unsigned index) {
  auto name = function.getResultAttrOfType<StringAttr>(index, kNameAttr);
  return name ? name.str() : "output_" + std::to_string(index);
}

DimAnalysis::DimAnalysis(func::FuncOp function) {
  ranges = function->getAttrOfType<DictionaryAttr>(kRangesAttr);
  addArguments(function);
  visit(function.getBody());
}

void DimAnalysis::visit(Region &region) {
  region.walk<WalkOrder::PreOrder>([&](Operation *op) {
    current = op;
    if (auto branches = dyn_cast<RegionBranchOpInterface>(op)) {
      visitBranches(branches);
      return WalkResult::skip();
    }
    visit(op);
    // Regions of scalars have no sizes.
    return isa<MapOp, ReduceOp>(op) ? WalkResult::skip() : WalkResult::advance();
  });
}

void DimAnalysis::addArguments(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      continue;
    auto texts = function.getArgAttrOfType<ArrayAttr>(argument.getArgNumber(), kDimsAttr);
    DimVector sizes;
    for (auto [axis, size] : llvm::enumerate(type.getShape())) {
      if (!ShapedType::isDynamic(size))
        sizes.push_back(size);
      else if (texts && axis < texts.size() && isa<StringAttr>(texts[axis]))
        sizes.push_back(parse(cast<StringAttr>(texts[axis]).getValue()));
      else
        sizes.push_back(DimExpr::symbol("arg" + std::to_string(argument.getArgNumber()) + "_" + std::to_string(axis)));
    }
    tensorDims[argument] = std::move(sizes);
  }
}

DimExpr DimAnalysis::parse(StringRef text) const {
  auto expr = DimExpr::parse(text);
  if (!expr)
    return DimExpr::symbol(text);
  if (!ranges)
    return *expr;
  return expr->substitute([&](StringRef name) -> std::optional<DimExpr> {
    auto range = ranges.getAs<DenseI64ArrayAttr>(name);
    if (!range || range.size() != 2)
      return std::nullopt;
    return DimExpr::symbol(name, range[0], range[1]);
  });
}

bool DimAnalysis::dependsOnData(const DimExpr &expr) {
  return llvm::any_of(expr.symbols(), [](StringRef name) { return name.starts_with("#"); });
}

DimExpr DimAnalysis::opaque() { return DimExpr::symbol("#" + std::to_string(opaqueCount++), -DimExpr::kUnbounded); }

void DimAnalysis::visit(Operation *op) {
  if (auto kernel = dyn_cast<KernelOp>(op)) {
    for (auto [argument, operand] : llvm::zip(kernel.getBody().getArguments(), kernel.getInputs()))
      tensorDims[argument] = dims(operand);
    return;
  }
  if (auto yield = dyn_cast<YieldOp>(op)) {
    if (auto kernel = dyn_cast<KernelOp>(op->getParentOp()))
      for (auto [result, value] : llvm::zip(kernel.getResults(), yield.getValues()))
        tensorDims[result] = dims(value);
    return;
  }
  if (auto relation = dyn_cast<RequireOp>(op)) {
    if (failed(require(*relationNamed(relation.getKind()), value(relation.getLeft()), value(relation.getRight()),
                       relation.getWhat())))
      valid = false;
    return;
  }
  if (auto infer = dyn_cast<InferDimsInterface>(op)) {
    SmallVector<DimVector> sizes;
    if (failed(infer.inferDims(*this, sizes)))
      valid = false;
    else
      for (auto [result, dims] : llvm::zip_equal(op->getResults(), sizes))
        tensorDims[result] = std::move(dims);
    return;
  }
  for (Value result : op->getResults())
    if (result.getType().isIntOrIndex())
      indexValues[result] = visitIndex(op);
}

void DimAnalysis::erase(Operation *op) {
  for (Value result : op->getResults()) {
    tensorDims.erase(result);
    indexValues.erase(result);
  }
  op->erase();
}

/// Operations that were added since the analysis began are visited now; they demand nothing new.
bool DimAnalysis::visitLate(Operation *op) {
  if (!op || !isa<InferDimsInterface, SizeOp>(op))
    return false;
  Operation *outer = std::exchange(current, op);
  size_t known = collected.size();
  visit(op);
  collected.resize(known);
  current = outer;
  return true;
}

DimVector DimAnalysis::dims(Value tensor) {
  auto found = tensorDims.find(tensor);
  if (found == tensorDims.end() && visitLate(tensor.getDefiningOp()))
    found = tensorDims.find(tensor);
  auto shape = cast<RankedTensorType>(tensor.getType()).getShape();
  if (found != tensorDims.end()) {
    DimVector sizes = found->second;
    for (auto [size, known] : llvm::zip(sizes, shape)) // a declared type may know more than its operation infers
      if (!ShapedType::isDynamic(known))
        size = known;
    return sizes;
  }
  DimVector sizes;
  for (int64_t size : shape)
    sizes.push_back(ShapedType::isDynamic(size) ? opaque() : DimExpr(size));
  return tensorDims[tensor] = sizes;
}

DimExpr DimAnalysis::value(Value index) {
  auto found = indexValues.find(index);
  if (found == indexValues.end() && visitLate(index.getDefiningOp()))
    found = indexValues.find(index);
  if (found != indexValues.end())
    return found->second;
  return indexValues[index] = opaque();
}

DimExpr DimAnalysis::selectValue(Value condition, const DimExpr &yes, const DimExpr &no) {
  // `a == 1 ? b : a` is how a requested shape broadcasts with another. Where b is known to be more than 1, the formula
  // for broadcasting would take for granted that the sizes fit.
  auto cmp = condition.getDefiningOp<arith::CmpIOp>();
  if (cmp && cmp.getPredicate() == arith::CmpIPredicate::eq && value(cmp.getRhs()).isConstant(1) &&
      value(cmp.getLhs()) == no && yes.least() <= 1)
    return DimExpr::broadcast(no, yes);
  DimExpr truth = value(condition); // 0 or 1
  if (dependsOnData(truth))
    return opaque();
  return no + (yes - no) * truth;
}

/// The ends of the integer range, which no size comes near, where a difference does not overflow.
static DimExpr tame(const DimExpr &expr) {
  constexpr int64_t most = int64_t(1) << 61;
  auto constant = expr.constant();
  return constant ? DimExpr(std::clamp(*constant, -most, most)) : expr;
}

/// A comparison as 0 or 1: min(max(b - a, 0), 1) is 1 just when a < b.
static std::optional<DimExpr> compare(arith::CmpIPredicate predicate, const DimExpr &left, const DimExpr &right) {
  DimExpr a = tame(left), b = tame(right);
  auto less = [](const DimExpr &x, const DimExpr &y) { return DimExpr::min(DimExpr::max(y - x, 0), 1); };
  switch (predicate) {
  case arith::CmpIPredicate::slt:
    return less(a, b);
  case arith::CmpIPredicate::sgt:
    return less(b, a);
  case arith::CmpIPredicate::sle:
    return DimExpr(1) - less(b, a);
  case arith::CmpIPredicate::sge:
    return DimExpr(1) - less(a, b);
  case arith::CmpIPredicate::ne:
    return less(a, b) + less(b, a);
  case arith::CmpIPredicate::eq:
    return DimExpr(1) - less(a, b) - less(b, a);
  default:
    return std::nullopt;
  }
}

static bool hasQuotient(const DimExpr &expr) {
  return llvm::any_of(expr.terms(), [](const DimExpr::Term &term) {
    return llvm::any_of(term.factors, [](const auto &factor) {
      return factor->kind == DimAtom::FloorDiv || factor->kind == DimAtom::Mod || hasQuotient(factor->left) ||
             hasQuotient(factor->right);
    });
  });
}

/// Whether `count`, a product, is 0 where `size` is.
bool DimAnalysis::isMultiple(Value count, const DimExpr &size) {
  if (size.divides(value(count)))
    return true;
  auto product = count.getDefiningOp<arith::MulIOp>();
  return product && (isMultiple(product.getLhs(), size) || isMultiple(product.getRhs(), size));
}

/// `size == 0 && count != 0`, under which a reshape copies a size of its input, can't be where the count is a multiple
/// of the size. A quotient that comes out as 0 is taken for itself: the image is smaller than one window, and what
/// follows finds that its elements do not fit.
bool DimAnalysis::isNever(arith::AndIOp op) {
  auto zero = op.getLhs().getDefiningOp<arith::CmpIOp>(), some = op.getRhs().getDefiningOp<arith::CmpIOp>();
  if (!zero || !some || zero.getPredicate() != arith::CmpIPredicate::eq ||
      some.getPredicate() != arith::CmpIPredicate::ne || !value(zero.getRhs()).isConstant(0) ||
      !value(some.getRhs()).isConstant(0))
    return false;
  DimExpr size = value(zero.getLhs());
  return hasQuotient(size) || isMultiple(some.getLhs(), size);
}

DimExpr DimAnalysis::visitIndex(Operation *op) {
  APInt constant;
  if (matchPattern(op, m_ConstantInt(&constant)))
    return constant.getBitWidth() == 1 ? constant.getZExtValue() : constant.getSExtValue();
  if (auto size = dyn_cast<SizeOp>(op))
    return parse(size.getFormula());
  if (auto dim = dyn_cast<tensor::DimOp>(op)) {
    auto axis = dim.getConstantIndex();
    DimVector sizes = dims(dim.getSource());
    return axis && *axis < static_cast<int64_t>(sizes.size()) ? sizes[*axis] : opaque();
  }
  auto operand = [&](unsigned i) { return value(op->getOperand(i)); };
  if (isa<arith::IndexCastOp, arith::ExtSIOp, arith::TruncIOp>(op))
    return operand(0);
  if (auto extension = dyn_cast<arith::ExtUIOp>(op); extension && extension.getIn().getType().isInteger(1))
    return operand(0);
  if (isa<arith::AddIOp>(op))
    return operand(0) + operand(1);
  if (isa<arith::SubIOp>(op))
    return operand(0) - operand(1);
  if (isa<arith::MulIOp>(op))
    return operand(0) * operand(1);
  if (isa<arith::MaxSIOp>(op))
    return DimExpr::max(operand(0), operand(1));
  if (isa<arith::MinSIOp>(op))
    return DimExpr::min(operand(0), operand(1));
  if (isa<arith::FloorDivSIOp>(op))
    return DimExpr::floorDiv(operand(0), operand(1));
  if (isa<arith::CeilDivSIOp>(op))
    return DimExpr(0) - DimExpr::floorDiv(DimExpr(0) - operand(0), operand(1));
  if (isa<arith::DivSIOp, arith::RemSIOp>(op)) { // toward zero, with the sign of the dividend
    DimExpr sign = operand(0).least() >= 0 ? 1 : -1, size = operand(0) * sign, divisor = operand(1);
    if (size.least() >= 0 && divisor.least() >= 0)
      return sign * (isa<arith::DivSIOp>(op) ? DimExpr::floorDiv(size, divisor) : DimExpr::mod(size, divisor));
  }
  if (op->getResult(0).getType().isInteger(1)) { // truth is 0 or 1
    if (auto both = dyn_cast<arith::AndIOp>(op))
      return isNever(both) ? DimExpr(0) : operand(0) * operand(1);
    if (isa<arith::OrIOp>(op))
      return operand(0) + operand(1) - operand(0) * operand(1);
    if (isa<arith::XOrIOp>(op))
      return operand(0) + operand(1) - DimExpr(2) * operand(0) * operand(1);
  }
  if (auto truncation = dyn_cast<arith::FPToSIOp>(op))
    return truncatedFloat(truncation.getIn(), [&](Value size) { return value(size); }).value_or(opaque());
  if (auto select = dyn_cast<arith::SelectOp>(op))
    return selectValue(select.getCondition(), operand(1), operand(2));
  if (auto cmp = dyn_cast<arith::CmpIOp>(op))
    return compare(cmp.getPredicate(), operand(0), operand(1)).value_or(opaque());
  return opaque();
}

/// What it takes that `size` is repeated to broadcast(left, right), which is left unless that is 1: nothing of left,
/// and of right that the two broadcast.
static std::optional<DimExpr> broadcastPartner(const DimExpr &size, const DimExpr &wanted) {
  const DimAtom *atom = wanted.atom();
  if (!atom || atom->kind != DimAtom::Broadcast)
    return std::nullopt;
  if (size == atom->left)
    return size;
  return size == atom->right ? std::optional<DimExpr>(atom->left) : std::nullopt;
}

LogicalResult DimAnalysis::require(DimRelation relation, const DimExpr &a, const DimExpr &b, const Twine &what) {
  if (isImpossible(relation, a, b))
    return fail(what + ": " + a.text() + " and " + b.text());
  if (auto partner = relation == DimRelation::Repeat ? broadcastPartner(a, b) : std::nullopt)
    return require(DimRelation::Broadcast, a, *partner, what);
  DimExpr difference = a - b;
  bool proven = difference.least() >= 0 && (relation == DimRelation::AtLeast || difference.most() <= 0);
  if (relation == DimRelation::Repeat || relation == DimRelation::Broadcast)
    proven = proven || a.isConstant(1);
  if (relation == DimRelation::Broadcast)
    proven = proven || b.isConstant(1);
  if (!proven)
    collected.push_back({relation, a, b, what.str(), current});
  return success();
}

LogicalResult DimAnalysis::fail(const Twine &message) {
  std::string nodes = describeNodes(current->getLoc());
  if (nodes.empty())
    return current->emitOpError(message);
  return current->emitError() << "node " << nodes << " (" << current->getName() << "): " << message
                              << "; try: other sizes of the inputs, or check the model with onnx.checker";
}

} // namespace llmc::ir
