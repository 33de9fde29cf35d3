#include "compiler/passes/quantization/CountedRows.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/ScalarBodies.h"
#include "mlir/IR/OperationSupport.h"

using namespace mlir;

namespace llmc::passes {

CountedRows::CountedRows(func::FuncOp function, ir::DimAnalysis &dims) : dims(dims) {
  std::vector<Masked> all;
  function.walk([&](ir::AttentionOp attention) {
    if (auto found = masked(attention))
      all.push_back(*found);
  });
  for (Masked &each : all) {
    auto ofSameSizes = [&](const Masked &other) { return other.batch * other.keys == each.batch * each.keys; };
    bool isKnown = llvm::any_of(sources, ofSameSizes);
    // Rows that one attention leaves out and another reads count.
    bool areAlike = llvm::all_of(all, [&](Masked &other) { return !ofSameSizes(other) || each.isLike(other); });
    if (!isKnown && areAlike)
      sources.push_back(each);
  }
}

bool CountedRows::Masked::isLike(const Masked &other) {
  ir::AttentionOp theirs = other.attention;
  return llvm::equal(attention.getInputs(), theirs.getInputs()) &&
         OperationEquivalence::isRegionEquivalentTo(&attention.getBody(), &theirs.getBody(),
                                                    OperationEquivalence::IgnoreLocations);
}

std::optional<CountedRows::Masked> CountedRows::masked(ir::AttentionOp attention) {
  ir::DimVector result = dims.dims(attention.getResult()), keys = dims.dims(attention.getKey());
  if (result.size() < 3 || attention.getInputs().empty())
    return std::nullopt;
  Masked found = {attention, result.front(), keys.end()[-2]};
  bool isOfSequences = false;
  for (Value input : attention.getInputs()) {
    ir::DimVector sizes = dims.dims(input);
    for (auto [axis, size] : llvm::enumerate(sizes)) {
      bool isBatch = sizes.size() == result.size() && axis == 0 && size == found.batch;
      bool isKeys = axis + 1 == sizes.size() && size == found.keys;
      if (!size.isConstant(1) && !isBatch && !isKeys)
        return std::nullopt;
      isOfSequences |= isBatch && sizes.back() == found.keys;
    }
  }
  return isOfSequences ? std::optional(found) : std::nullopt;
}

const CountedRows::Masked *CountedRows::find(Value left) {
  ir::DimVector sizes = dims.dims(left);
  ir::DimExpr rows = ir::product(ArrayRef<ir::DimExpr>(sizes).drop_back());
  auto source = llvm::find_if(sources, [&](const Masked &each) { return each.batch * each.keys == rows; });
  return source == sources.end() ? nullptr : &*source;
}

Value CountedRows::columnOf(OpBuilder &builder, const Masked &source) {
  ir::AttentionOp attention = source.attention;
  Location loc = attention.getLoc();
  constexpr double asGoodAsNone = -5000; // exporters write -10000, the least number there is, and -inf
  Value reads = ir::MapOp::create(
      builder, loc, attention.getInputs(), [&](OpBuilder &inner, Location at, ValueRange elements) -> Value {
        ir::FloatMath m(inner, at);
        SmallVector<Value> scalars = {
            arith::ConstantOp::create(inner, at, inner.getFloatAttr(attention.getScore().getType(), 0))};
        llvm::append_range(scalars, elements);
        Value score = m.widen(ir::inlineBody(inner, attention.getBody(), scalars));
        return m.select(m.isLess(m.constant(asGoodAsNone), score), m.constant(1), m.constant(0));
      });
  Value column = ir::reshapeTo(builder, loc, reads, {source.batch * source.keys, 1});
  Value count =
      ir::reduceInF32(builder, loc, column, 0, 0, [](ir::FloatMath &m, Value a, Value b) { return m.add(a, b); });
  return ir::mapInF32(builder, loc, {column, count}, [](ir::FloatMath &m, ValueRange x) {
    return m.select(m.isEqual(x[1], m.constant(0)), m.constant(1), x[0]);
  });
}

Value CountedRows::of(OpBuilder &builder, ArrayRef<Value> lefts) {
  SmallVector<Value> columns;
  for (Value left : lefts) {
    const Masked *source = find(left);
    if (!source)
      return {};
    columns.push_back(columnOf(builder, *source));
  }
  return columns.size() == 1 ? columns.front()
                             : Value(ir::ConcatOp::create(builder, columns.front().getLoc(), columns, /*axis=*/0));
}

} // namespace llmc::passes
