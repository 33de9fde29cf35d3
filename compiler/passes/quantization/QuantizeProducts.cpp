// What rules say becomes of each product, and of attention and rows of weights.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Measurements.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/Switches.h"
#include "compiler/passes/quantization/ByteProducts.h"
#include "compiler/passes/quantization/Candidates.h"
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/passes/quantization/EncodedWeights.h"
#include "compiler/passes/quantization/NarrowedProducts.h"
#include "compiler/passes/quantization/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_QUANTIZEPRODUCTS
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

struct QuantizeProductsPass : impl::QuantizeProductsBase<QuantizeProductsPass> {
  using QuantizeProductsBase::QuantizeProductsBase;

  void runOnOperation() override {
    auto spec = parseQuantization(getOperation(), rules);
    if (failed(spec))
      return signalPassFailure();
    ir::Recipes recipes(getOperation());
    covariances = ir::measurementsIn(getOperation(), ir::Measure::Covariances);
    ByteProducts bytes(getOperation(), recipes);
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      ir::DimAnalysis dims(function);
      if (!dims.isValid())
        return signalPassFailure();
      for (const Candidate &candidate : candidatesOf(function, *spec)) {
        if (candidate.wanted.type == ProductType::Int8Static && !bytes.knowSteps()) {
          getOperation().emitError() << "int8-static takes what data tell of the left sides of products; try: "
                                     << "--calibration FILE.npz, or int8, which needs none";
          return signalPassFailure();
        }
        quantize(candidate, recipes, bytes, dims);
      }
      explainFloats(function, *spec);
    }
    for (const std::string &rule : spec->unused()) {
      getOperation().emitError() << "no product of a weight comes from a node that \"" << rule
                                 << "\" names; try: the names that llmc inspect tells, and a pattern with *";
      signalPassFailure();
    }
  }

private:
  void quantize(const Candidate &candidate, ir::Recipes &recipes, ByteProducts &bytes, ir::DimAnalysis &dims) {
    llvm::TypeSwitch<Operation *>(candidate.op)
        .Case([&](ir::MatmulOp op) { quantize(op, candidate.weight, candidate.wanted, recipes, bytes, dims); })
        .Case([&](ir::AttentionOp op) {
          op.setNarrow(true);
          ++numQuantized;
        })
        .Case([&](ir::ConvOp op) { replace(op, narrowConvolution, candidate.weight, recipes, dims); })
        .Case([&](ir::GatherOp op) {
          if (candidate.wanted.type == ProductType::BFloat16)
            replace(op, narrowRows, recipes);
          else if (candidate.wanted.type == ProductType::Float16)
            replace(op, rowsOfHalves, recipes);
          else
            replace(op, encodeRows, candidate.wanted.rows, recipes);
        });
  }

  void quantize(ir::MatmulOp op, ir::GetWeightOp weight, const Wanted &wanted, ir::Recipes &recipes,
                ByteProducts &bytes, ir::DimAnalysis &dims) {
    switch (wanted.type) {
    case ProductType::Float:
      return;
    case ProductType::BFloat16:
      return replace(op, narrowProduct, weight, recipes);
    case ProductType::Float16:
      return replace(op, productWithHalves, weight, recipes);
    case ProductType::Int8:
      return replace(
          op, [&](OpBuilder &builder, ir::MatmulOp) { return bytes.withStepsOfRows(builder, op, weight, dims); });
    case ProductType::Int8Static:
      return replace(op,
                     [&](OpBuilder &builder, ir::MatmulOp) { return bytes.withKnownSteps(builder, op, weight, dims); });
    case ProductType::BytesByCodes:
      return replace(op, [&](OpBuilder &builder, ir::MatmulOp) {
        return codedProduct(builder, op, weight, wanted.weights, panel, covariances.lookup(weight.getWeight()), recipes,
                            dims);
      });
    case ProductType::Codes:
      return replace(op, productWithCodes, weight, wanted.weights, covariances.lookup(weight.getWeight()), recipes);
    }
  }

  /// By what `make` builds, if it builds anything.
  template <typename Op, typename Make, typename... Arguments>
  void replace(Op op, Make make, Arguments &&...arguments) {
    OpBuilder builder(op);
    if (Value made = make(builder, op, std::forward<Arguments>(arguments)...)) {
      op.replaceAllUsesWith(made);
      op.erase();
      ++numQuantized;
    }
  }

  static void explainFloats(func::FuncOp function, const NodeRules<Wanted> &spec) {
    function.walk([&](ir::MatmulOp product) {
      auto weight = product.getRhs().getDefiningOp<ir::GetWeightOp>();
      bool isOfFloats = weight && isa<FloatType>(getElementTypeOrSelf(weight.getType())) && !product.getWide();
      if (!isOfFloats || product->hasAttr(ir::kKept))
        return;
      if (std::string why = whyFloats(product, weight, spec); !why.empty())
        ir::note(product, ir::kStaysFloats, why);
    });
  }

  /// Empty for one whose weight is of f16, as the rule says.
  static std::string whyFloats(ir::MatmulOp product, ir::GetWeightOp weight, const NodeRules<Wanted> &spec) {
    std::vector<std::string> nodes = ir::nodesOf(product.getLoc());
    const Wanted *wanted = spec.peek(nodes);
    if (!wanted)
      return "no rule names it";
    if (wanted->type == ProductType::Float)
      return ("the rule " + spec.textFor(nodes)).str();
    bool isOfF32 = getElementTypeOrSelf(product.getLhs()).isF32();
    if (wanted->type == ProductType::Float16 && isOfF32 && getElementTypeOrSelf(weight.getType()).isF16())
      return "";
    if (wanted->type == ProductType::BFloat16 || wanted->type == ProductType::Float16)
      return "only products of f32 have weights of 16 bits";
    return "only weights that are matrices, and not too deep for sums of bytes, become narrower";
  }

  llvm::StringMap<ir::WeightOp> covariances; // by weights
};

} // namespace
} // namespace llmc::passes
