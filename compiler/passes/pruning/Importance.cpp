// Everything here becomes recipes: the numbers are looked at when the weights of the artefact are written.
#include "compiler/passes/pruning/Importance.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/pruning/CutGroups.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/TypeUtilities.h"
#include <map>
#include <set>
#include <tuple>

using namespace mlir;

namespace llmc::passes {
namespace {

/// Some of the outer parts of an axis, of which all have all groups: values, of a projection to queries, keys and
/// values.
struct Span {
  int64_t first, count;
};

/// A constant or a weight, by its index in GroupedTensors::known, or outer parts of it.
struct Part {
  size_t known;
  Span span;

  bool operator<(const Part &other) const {
    return std::tie(known, span.first, span.count) < std::tie(other.known, other.span.first, other.span.count);
  }
  bool operator==(const Part &other) const { return !(*this < other) && !(other < *this); }
};

using Sum = std::set<Part>;    // of what is added
using Factors = std::set<Sum>; // of what is multiplied

Factors added(const Factors &a, const Factors &b) {
  if (a == b || b.empty())
    return a;
  if (a.empty())
    return b;
  Sum all;
  for (const Factors *side : {&a, &b})
    for (const Sum &sum : *side)
      all.insert(sum.begin(), sum.end());
  return {all};
}

Factors multiplied(Factors a, const Factors &b) {
  a.insert(b.begin(), b.end());
  return a;
}

/// Which constants and weights make a tensor, and how they meet.
class Composition {
public:
  explicit Composition(const GroupedTensors &tensors) : tensors(tensors) {
    for (auto [index, each] : llvm::enumerate(tensors.known))
      known[each.operand] = index;
  }

  Factors of(Value tensor, Span span) {
    if (!tensors.computed.count(tensor))
      return {};
    auto key = std::make_tuple(tensor.getAsOpaquePointer(), span.first, span.count);
    if (auto found = composed.find(key); found != composed.end())
      return found->second;
    Factors factors = ofMaker(tensor.getDefiningOp(), span);
    composed[key] = factors;
    return factors;
  }

private:
  Factors ofMaker(Operation *op, Span span) {
    if (auto map = dyn_cast<ir::MapOp>(op))
      return ofMap(map, span);
    if (isa<ir::MatmulOp>(op))
      return ofOperand(op->getOpOperand(1), span);
    if (isa<ir::AttentionOp>(op)) // what weighs values is between 0 and 1, whatever queries and keys are
      return ofOperand(op->getOpOperand(2), span);
    Factors all;
    for (OpOperand &operand : op->getOpOperands())
      all = added(ofOperand(operand, span), all);
    return all;
  }

  /// `span` is of the result of the operation.
  Factors ofOperand(OpOperand &operand, Span span) {
    auto found = known.find(&operand);
    bool isKnown = found != known.end();
    if (!isKnown && !tensors.computed.count(operand.get()))
      return {};
    GroupedAxis at = isKnown ? tensors.known[found->second].at : tensors.computed.lookup(operand.get());
    Span own = spanOfOperand(operand.getOwner(), at, span);
    return isKnown ? Factors{Sum{{found->second, own}}} : of(operand.get(), own);
  }

  Span spanOfOperand(Operation *op, const GroupedAxis &at, Span span) const {
    if (auto slice = dyn_cast<ir::SliceOp>(op))
      return {span.first + slice.getStaticOffsets()[at.axis] / (tensors.groups * at.inner), span.count};
    bool isAlike = tensors.computed.lookup(op->getResult(0)).outer == at.outer;
    return isAlike ? span : Span{0, at.outer};
  }

  Factors ofMap(ir::MapOp map, Span span) {
    llvm::DenseMap<Value, Factors> scalars;
    for (OpOperand &operand : map->getOpOperands())
      scalars[map.getBody().getArgument(operand.getOperandNumber())] = ofOperand(operand, span);
    for (Operation &op : map.getBody().front().without_terminator())
      scalars[op.getResult(0)] = ofScalar(&op, scalars);
    return scalars.lookup(map.getYielded());
  }

  static Factors ofScalar(Operation *op, const llvm::DenseMap<Value, Factors> &scalars) {
    if (isa<arith::MulFOp>(op))
      return multiplied(scalars.lookup(op->getOperand(0)), scalars.lookup(op->getOperand(1)));
    if (isa<arith::DivFOp>(op))
      return scalars.lookup(op->getOperand(0));
    Factors all;
    for (Value operand : op->getOperands())
      all = added(scalars.lookup(operand), all);
    return all;
  }

  const GroupedTensors &tensors;
  llvm::DenseMap<OpOperand *, size_t> known;
  std::map<std::tuple<const void *, int64_t, int64_t>, Factors> composed;
};

/// What an operand reads, read where `builder` is.
Value readAgain(OpBuilder &builder, const KnownOperand &known) {
  return builder.clone(*known.operand->get().getDefiningOp())->getResult(0);
}

/// For each group the sum of the squares of its elements.
Value squareSums(OpBuilder &builder, Location loc, Value tensor, const GroupedAxis &at, Span span, int64_t groups) {
  const auto &[axis, outer, inner] = at;
  Value parts = splitGroups(builder, loc, tensor, at, groups);
  if (span.count != outer) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(parts.getType()).getShape();
    parts = ir::sliceAxis(builder, loc, parts, ir::DimVector(shape.begin(), shape.end()), axis, span.first, span.count);
  }
  SmallVector<int64_t> others;
  for (int64_t other = 0; other < cast<RankedTensorType>(parts.getType()).getRank(); ++other)
    if (other != axis + 1)
      others.push_back(other);
  Type wide = builder.getF64Type();
  Value sums = ir::ReduceOp::create(
      builder, loc, parts, others, builder.getF64FloatAttr(0), [&](OpBuilder &inner, Location, ValueRange x) -> Value {
        Value element = x[1].getType() == wide ? x[1] : arith::ExtFOp::create(inner, loc, wide, x[1]);
        return arith::AddFOp::create(inner, loc, x[0], arith::MulFOp::create(inner, loc, element, element));
      });
  return ir::reshapeTo(builder, loc, sums, {groups});
}

/// Sums of squares as factors: each is the root of the sum of the next `terms` of them.
Value productOfNorms(OpBuilder &builder, Location loc, ValueRange squares, ArrayRef<size_t> terms) {
  return ir::MapOp::create(builder, loc, squares, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value all = arith::ConstantOp::create(inner, loc, inner.getF64FloatAttr(1));
    for (size_t count : terms) {
      Value sum = x.front();
      for (Value other : x.take_front(count).drop_front())
        sum = arith::AddFOp::create(inner, loc, sum, other);
      x = x.drop_front(count);
      all = arith::MulFOp::create(inner, loc, all, math::SqrtOp::create(inner, loc, sum));
    }
    return all;
  });
}

} // namespace

Value importanceOf(OpBuilder &builder, const GroupedTensors &tensors, Value result) {
  Factors factors = Composition(tensors).of(result, {0, tensors.computed.lookup(result).outer});
  Sum rows;
  for (auto [index, each] : llvm::enumerate(tensors.known))
    if (each.isSink())
      rows.insert({index, {0, each.at.outer}});
  factors.insert(rows);
  SmallVector<Value> squares;
  for (const Sum &sum : factors)
    for (const Part &part : sum)
      squares.push_back(squareSums(builder, result.getLoc(), readAgain(builder, tensors.known[part.known]),
                                   tensors.known[part.known].at, part.span, tensors.groups));
  SmallVector<size_t> terms;
  for (const Sum &factor : factors)
    terms.push_back(factor.size());
  return productOfNorms(builder, result.getLoc(), squares, terms);
}

/// The rows of a weight, each times the root of the moment of what it is multiplied with.
static Value rowsByData(OpBuilder &builder, Location loc, Value weight, Value moments) {
  int64_t rows = cast<RankedTensorType>(moments.getType()).getDimSize(0);
  Value all = ir::reshapeTo(builder, loc, moments, {rows * rows});
  Value own =
      ir::SliceOp::create(builder, loc, RankedTensorType::get(rows, builder.getF32Type()), all, ValueRange(),
                          ValueRange(), ArrayRef<int64_t>{0}, ArrayRef<int64_t>{rows}, ArrayRef<int64_t>{rows + 1});
  Value column = ir::reshapeTo(builder, loc, own, {rows, 1});
  return ir::MapOp::create(builder, loc, {weight, column}, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Type wide = inner.getF64Type();
    Value element = arith::ExtFOp::create(inner, loc, wide, x[0]),
          moment = arith::ExtFOp::create(inner, loc, wide, x[1]);
    return arith::MulFOp::create(inner, loc, element, math::SqrtOp::create(inner, loc, moment));
  });
}

Value importanceByData(OpBuilder &builder, const GroupedTensors &tensors, const SinkMoments &moments) {
  SmallVector<Value> squares;
  for (const KnownOperand &each : tensors.known)
    if (each.isSink()) {
      Location loc = each.operand->getOwner()->getLoc();
      Value rows = rowsByData(builder, loc, readAgain(builder, each), moments.read(builder, each));
      squares.push_back(squareSums(builder, loc, rows, each.at, {0, each.at.outer}, tensors.groups));
    }
  return productOfNorms(builder, squares.front().getLoc(), squares, squares.size());
}

Value mostImportant(OpBuilder &builder, const GroupedTensors &tensors, Value result, int64_t count,
                    const SinkMoments &moments) {
  Value importance =
      moments.knowsAll(tensors) ? importanceByData(builder, tensors, moments) : importanceOf(builder, tensors, result);
  return ir::LargestOp::create(builder, importance.getLoc(), importance, count);
}

} // namespace llmc::passes
