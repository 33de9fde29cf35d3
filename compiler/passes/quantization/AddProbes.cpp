// What is asked of a run is a formula of what the model computes anyway: kernels, memory and threads are those of all
// models.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/Variants.h"
#include "compiler/passes/quantization/CountedRows.h"
#include "compiler/passes/quantization/Passes.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "compiler/passes/quantization/QuantizationSpec.h"
#include "llvm/ADT/StringSet.h"
#include <map>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_ADDPROBES
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

/// One result.
struct Probe {
  ir::Measure measure;
  SharedLeft of;
  Value made = {}; // by another pass, and for
  ArrayAttr madeFor = {};

  int64_t size() const { return cast<RankedTensorType>((made ? made : of.lefts.front()).getType()).getShape().back(); }
  ArrayAttr names(OpBuilder &builder) const {
    return made ? madeFor
                : builder.getStrArrayAttr(llvm::map_to_vector(
                      of.weights, [](ir::GetWeightOp weight) -> StringRef { return weight.getWeight(); }));
  }
  int64_t bytes() const {
    return ShapedType::getNumElements(ir::shapeOf(measure, size())) * static_cast<int64_t>(sizeof(float));
  }
};

struct AddProbesPass : impl::AddProbesBase<AddProbesPass> {
  using AddProbesBase::AddProbesBase;

  void runOnOperation() override {
    auto spec = parseQuantization(getOperation(), rules);
    if (failed(spec))
      return signalPassFailure();
    func::FuncOp function = ir::keepGeneral(getOperation());
    if (!function)
      return;
    ir::DimAnalysis dims(function);
    if (!dims.isValid())
      return signalPassFailure();
    std::vector<Probe> probes = probesOf(function, *spec);
    probes.erase(probes.begin(), probes.begin() + std::min<int64_t>(skip, static_cast<int64_t>(probes.size())));
    size_t count = countThatFits(probes);
    giveInstead(function, ArrayRef(probes).take_front(count), dims);
    auto left = static_cast<int64_t>(probes.size() - count);
    function->setAttr(ir::kProbesLeftAttr, Builder(&getContext()).getI64IntegerAttr(left));
    numProbes += static_cast<unsigned>(count);
  }

private:
  std::vector<Probe> probesOf(func::FuncOp function, NodeRules<Wanted> &spec) {
    std::map<ir::Measure, llvm::StringSet<>> asked; // weights
    for (auto [product, weight] : productsOfWeights(function)) {
      const Wanted *wanted = spec.find(ir::nodesOf(product.getLoc()));
      for (ir::Measure measure : ir::kMeasures)
        if (wanted && takes(wanted->type, measure))
          asked[measure].insert(weight.getWeight());
      if (product->hasAttr(ir::kMeasuredAttr))
        asked[ir::Measure::Moments].insert(weight.getWeight());
    }
    std::vector<Probe> probes = probesMade(function);
    for (const SharedLeft &left : sharedLefts(function))
      for (ir::Measure measure : ir::kMeasures)
        if (llvm::any_of(left.weights,
                         [&](ir::GetWeightOp weight) { return asked[measure].contains(weight.getWeight()); }))
          probes.push_back({measure, left});
    llvm::erase_if(probes, [&](const Probe &probe) { return probe.bytes() > mostBytes; });
    return probes;
  }

  /// Results that measure something already.
  static std::vector<Probe> probesMade(func::FuncOp function) {
    std::vector<Probe> probes;
    ValueRange results = function.getBody().front().getTerminator()->getOperands();
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      for (ir::Measure measure : ir::kMeasures)
        if (auto names = function.getResultAttrOfType<ArrayAttr>(i, ir::resultAttributeOf(measure)))
          probes.push_back({measure, {}, results[i], names});
    return probes;
  }

  size_t countThatFits(ArrayRef<Probe> probes) const {
    int64_t bytes = 0;
    return std::distance(probes.begin(), llvm::find_if(probes, [&](const Probe &probe) {
                           return (bytes += probe.bytes()) > mostBytes;
                         }));
  }

  void giveInstead(func::FuncOp function, ArrayRef<Probe> probes, ir::DimAnalysis &dims) {
    Operation *end = function.getBody().front().getTerminator();
    OpBuilder builder(end);
    CountedRows counted(function, dims);
    SmallVector<Value> results;
    SmallVector<Type> types;
    SmallVector<DictionaryAttr> attributes;
    for (const Probe &probe : probes) {
      results.push_back(probe.made ? probe.made : measure(builder, probe, dims, counted));
      types.push_back(results.back().getType());
      auto names = builder.getNamedAttr(ir::resultAttributeOf(probe.measure), probe.names(builder));
      attributes.push_back(builder.getDictionaryAttr(names));
    }
    (void)function.eraseResults(llvm::BitVector(function.getNumResults(), true));
    SmallVector<unsigned> places(results.size(), 0);
    (void)function.insertResults(places, types, attributes);
    end->setOperands(results);
  }

  static Value measure(OpBuilder &builder, const Probe &probe, ir::DimAnalysis &dims, CountedRows &counted) {
    switch (probe.measure) {
    case ir::Measure::Moments:
      return momentsOf(builder, probe.of.lefts, dims, counted);
    case ir::Measure::Extents:
      return extentsOf(builder, probe.of.lefts, dims, counted);
    case ir::Measure::Covariances:
      return covariancesOf(builder, probe.of.lefts, dims, counted);
    case ir::Measure::Changes:
      break; // of layers: whoever finds them makes those
    }
    llvm_unreachable("unknown measure");
  }

  static Value momentsOf(OpBuilder &builder, ArrayRef<Value> lefts, ir::DimAnalysis &dims, CountedRows &counted) {
    Value sum;
    for (Value left : lefts) {
      Value rows = inF32(builder, asRows(builder, left, dims));
      Value moments = squareOf(builder, whereCounted(builder, rows, counted.of(builder, left)));
      sum = sum ? ir::mapInF32(builder, sum.getLoc(), {sum, moments},
                               [](ir::FloatMath &m, ValueRange x) { return m.add(x[0], x[1]); })
                : moments;
    }
    return sum;
  }

  /// Of all left sides, one after the other.
  static Value rowsOf(OpBuilder &builder, ArrayRef<Value> lefts, ir::DimAnalysis &dims) {
    SmallVector<Value> parts =
        llvm::map_to_vector(lefts, [&](Value left) -> Value { return inF32(builder, asRows(builder, left, dims)); });
    return parts.size() == 1 ? parts.front()
                             : Value(ir::ConcatOp::create(builder, parts.front().getLoc(), parts, /*axis=*/0));
  }

  /// `instead` in rows that don't count, whatever they hold. `counted` is null where all do.
  static Value whereCounted(OpBuilder &builder, Value rows, Value counted, double instead = 0) {
    if (!counted)
      return rows;
    return ir::mapInF32(builder, rows.getLoc(), {rows, counted}, [=](ir::FloatMath &m, ValueRange x) {
      return m.select(m.isEqual(x[1], m.constant(0)), m.constant(instead), x[0]);
    });
  }

  /// Of each column.
  template <typename Combine> static Value reduced(OpBuilder &builder, Value rows, double init, Combine combine) {
    return ir::reduceInF32(builder, rows.getLoc(), rows, /*axis=*/0, init, combine);
  }

  static Value countOf(OpBuilder &builder, Value rows, Value counted = {}) {
    if (!counted)
      return reduced(builder, rows, 0, [](ir::FloatMath &m, Value a, Value) { return m.add(a, m.constant(1)); });
    return sumOf(builder, ir::mapInF32(builder, rows.getLoc(), {rows, counted},
                                       [](ir::FloatMath &, ValueRange x) { return x[1]; }));
  }

  static Value sumOf(OpBuilder &builder, Value rows) {
    return reduced(builder, rows, 0, [](ir::FloatMath &m, Value a, Value b) { return m.add(a, b); });
  }

  static Value meanOf(OpBuilder &builder, Value rows, Value counts) {
    Value sums = sumOf(builder, rows);
    return ir::mapInF32(builder, sums.getLoc(), {sums, counts},
                        [](ir::FloatMath &m, ValueRange x) { return m.div(x[0], x[1]); });
  }

  static Value aboutMean(OpBuilder &builder, Value rows, Value means) {
    return ir::mapInF32(builder, rows.getLoc(), {rows, means},
                        [](ir::FloatMath &m, ValueRange x) { return m.sub(x[0], x[1]); });
  }

  /// In the order of ir::ExtentRow.
  static Value extentsOf(OpBuilder &builder, ArrayRef<Value> lefts, ir::DimAnalysis &dims, CountedRows &counted) {
    Value rows = rowsOf(builder, lefts, dims), which = counted.of(builder, lefts);
    double infinity = std::numeric_limits<double>::infinity();
    SmallVector<Value> extents(ir::kExtentRows);
    extents[ir::kLeast] = reduced(builder, whereCounted(builder, rows, which, infinity), infinity,
                                  [](ir::FloatMath &m, Value a, Value b) { return m.apply<arith::MinimumFOp>(a, b); });
    extents[ir::kGreatest] =
        reduced(builder, whereCounted(builder, rows, which, -infinity), -infinity,
                [](ir::FloatMath &m, Value a, Value b) { return m.apply<arith::MaximumFOp>(a, b); });
    extents[ir::kCount] = countOf(builder, rows, which);
    extents[ir::kMean] = meanOf(builder, whereCounted(builder, rows, which), extents[ir::kCount]);
    extents[ir::kDeviation] =
        reduced(builder, whereCounted(builder, aboutMean(builder, rows, extents[ir::kMean]), which), 0,
                [](ir::FloatMath &m, Value a, Value b) { return m.add(a, m.mul(b, b)); });
    return ir::ConcatOp::create(builder, rows.getLoc(), extents, /*axis=*/0);
  }

  /// Counts, means, and the square behind them.
  static Value covariancesOf(OpBuilder &builder, ArrayRef<Value> lefts, ir::DimAnalysis &dims, CountedRows &counted) {
    Value rows = rowsOf(builder, lefts, dims), which = counted.of(builder, lefts);
    Value counts = countOf(builder, rows, which), means = meanOf(builder, whereCounted(builder, rows, which), counts);
    Value moments = squareOf(builder, whereCounted(builder, aboutMean(builder, rows, means), which));
    return ir::ConcatOp::create(builder, rows.getLoc(), SmallVector<Value>{counts, means, moments}, /*axis=*/0);
  }

  static Value squareOf(OpBuilder &builder, Value rows) {
    Location loc = rows.getLoc();
    return ir::MatmulOp::create(builder, loc, ir::transposeBy(builder, loc, rows, {1, 0}), rows);
  }

  static Value inF32(OpBuilder &builder, Value rows) {
    if (cast<RankedTensorType>(rows.getType()).getElementType().isF32())
      return rows;
    return ir::mapInF32(builder, rows.getLoc(), rows, [](ir::FloatMath &m, ValueRange x) { return m.widen(x[0]); });
  }
};

} // namespace
} // namespace llmc::passes
