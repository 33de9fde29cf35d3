// The copies that are kept stand beside what llmc-quantize-products changes afterwards.
#include "compiler/ir/Cost.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/Interface.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/Switches.h"
#include "compiler/ir/Variants.h"
#include "compiler/passes/quantization/Candidates.h"
#include "compiler/passes/quantization/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_SWITCHPRODUCTS
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

struct SwitchProductsPass : impl::SwitchProductsBase<SwitchProductsPass> {
  using SwitchProductsBase::SwitchProductsBase;

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
    std::vector<Candidate> candidates = candidatesOf(function, *spec);
    std::vector<ir::Switch> switches;
    std::vector<size_t> places;
    for (const Candidate &candidate : candidates)
      places.push_back(placeOf(candidate, switches, dims));
    ir::recordSwitches(function, switches);
    if (switches.empty())
      return;
    Value choices =
        ir::addInput(function, "switches", IntegerType::get(&getContext(), 1), {static_cast<int64_t>(switches.size())});
    for (auto [candidate, place] : llvm::zip_equal(candidates, places))
      choose(candidate.op, choices, static_cast<int64_t>(place));
    numSwitches += static_cast<unsigned>(switches.size());
  }

private:
  /// Operations whose nodes have a name in common are found by the same rules.
  static size_t placeOf(const Candidate &candidate, std::vector<ir::Switch> &switches, ir::DimAnalysis &dims) {
    std::vector<std::string> nodes = ir::nodesOf(candidate.op->getLoc());
    if (nodes.empty())
      nodes.emplace_back();
    auto same = llvm::find_if(switches, [&](const ir::Switch &each) {
      return llvm::any_of(each.nodes, [&](const std::string &node) { return llvm::is_contained(nodes, node); });
    });
    if (same == switches.end())
      same = switches.insert(switches.end(), ir::Switch{{nodes.front()}, {}, 0});
    else if (!llvm::is_contained(same->nodes, nodes.front()))
      same->nodes.push_back(nodes.front());
    same->flops = same->flops + ir::flopsOf(candidate.op, dims);
    if (ir::GetWeightOp weight = candidate.weight)
      same->numbers += cast<RankedTensorType>(weight.getType()).getNumElements();
    return static_cast<size_t>(same - switches.begin());
  }

  static void choose(Operation *op, Value choices, int64_t place) {
    Location loc = op->getLoc();
    OpBuilder builder(op);
    Operation *kept = builder.clone(*op);
    kept->setAttr(ir::kKept, builder.getUnitAttr());
    builder.setInsertionPointAfter(op);
    int64_t size = cast<RankedTensorType>(choices.getType()).getDimSize(0);
    Value chosen = ir::sliceAxis(builder, loc, choices, {size}, 0, place, 1);
    Value result = ir::MapOp::create(builder, loc, {chosen, op->getResult(0), kept->getResult(0)},
                                     [](OpBuilder &inner, Location at, ValueRange x) -> Value {
                                       return arith::SelectOp::create(inner, at, x[0], x[1], x[2]);
                                     });
    op->getResult(0).replaceAllUsesExcept(result, result.getDefiningOp());
  }
};

} // namespace
} // namespace llmc::passes
