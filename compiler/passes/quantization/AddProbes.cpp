// What is asked of a run is a formula of what the model computes anyway: kernels, memory and threads are those of all
// models.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Moments.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/Variants.h"
#include "compiler/passes/quantization/FloatMath.h"
#include "compiler/passes/quantization/Passes.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "compiler/passes/quantization/QuantizationSpec.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_ADDPROBES
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

/// The left sides whose moments add up to one result, and the weights that it is for.
struct Probe {
  std::vector<Value> lefts;
  SmallVector<StringRef> weights;

  int64_t size() const { return cast<RankedTensorType>(lefts.front().getType()).getShape().back(); }
  int64_t bytes() const { return size() * size() * static_cast<int64_t>(sizeof(float)); }
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
  std::vector<Probe> probesOf(func::FuncOp function, NodeRules<ProductType> &spec) {
    llvm::MapVector<StringRef, llvm::SetVector<Value>> lefts; // of weights
    auto isAsked = [&](ir::MatmulOp product) {
      const ProductType *type = spec.find(ir::nodesOf(product.getLoc()));
      return product->hasAttr(ir::kMeasuredAttr) || (type && takesMoments(*type));
    };
    for (auto [product, weight] : productsOfWeights(function))
      if (isAsked(product))
        if (product->getBlock() == &function.getBody().front()) // branches may not be taken
          lefts[weight.getWeight()].insert(product.getLhs());
    std::vector<Probe> probes;
    for (auto &[weight, values] : lefts) {
      std::vector<Value> own(values.begin(), values.end());
      auto same = llvm::find_if(probes, [&](const Probe &probe) { return probe.lefts == own; });
      if (same == probes.end())
        same = probes.insert(probes.end(), Probe{std::move(own), {}});
      same->weights.push_back(weight);
    }
    llvm::erase_if(probes, [&](const Probe &probe) { return probe.bytes() > mostBytes; });
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
    SmallVector<Value> results;
    SmallVector<Type> types;
    SmallVector<DictionaryAttr> attributes;
    for (const Probe &probe : probes) {
      results.push_back(momentsOf(builder, probe, dims));
      types.push_back(results.back().getType());
      auto names = builder.getNamedAttr(ir::kMomentsOfAttr, builder.getStrArrayAttr(probe.weights));
      attributes.push_back(builder.getDictionaryAttr(names));
    }
    (void)function.eraseResults(llvm::BitVector(function.getNumResults(), true));
    SmallVector<unsigned> places(results.size(), 0);
    (void)function.insertResults(places, types, attributes);
    end->setOperands(results);
  }

  static Value momentsOf(OpBuilder &builder, const Probe &probe, ir::DimAnalysis &dims) {
    Value sum;
    for (Value left : probe.lefts) {
      Location loc = left.getLoc();
      Value rows = inF32(builder, asRows(builder, left, dims));
      Value moments = ir::MatmulOp::create(builder, loc, ir::transposeBy(builder, loc, rows, {1, 0}), rows);
      sum = sum ? ir::MapOp::create(builder, loc, {sum, moments},
                                    [&](OpBuilder &inner, Location, ValueRange x) -> Value {
                                      return arith::AddFOp::create(inner, loc, x[0], x[1]);
                                    })
                : moments;
    }
    return sum;
  }

  /// Rows of all batches as those of one matrix.
  static Value asRows(OpBuilder &builder, Value left, ir::DimAnalysis &dims) {
    ir::DimVector sizes = dims.dims(left);
    if (sizes.size() == 2)
      return left;
    return ir::reshapeTo(builder, left.getLoc(), left,
                         {ir::product(ArrayRef<ir::DimExpr>(sizes).drop_back()), sizes.back()});
  }

  static Value inF32(OpBuilder &builder, Value rows) {
    if (cast<RankedTensorType>(rows.getType()).getElementType().isF32())
      return rows;
    Location loc = rows.getLoc();
    return ir::MapOp::create(builder, loc, rows, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
      return FloatMath(inner, loc).widen(x[0]);
    });
  }
};

} // namespace
} // namespace llmc::passes
