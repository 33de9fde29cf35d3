// Products with weights read them in panels. A panel's layout serves every instruction set, so nothing here depends on
// the target.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/PanelGroups.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PACKWEIGHTS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

struct PackWeightsPass : impl::PackWeightsBase<PackWeightsPass> {
  using PackWeightsBase::PackWeightsBase;

  void runOnOperation() override {
    ir::Recipes recipes(getOperation());
    SmallVector<ir::MatmulOp> products;
    getOperation().walk(
        [&](func::FuncOp function) { function.walk([&](ir::MatmulOp op) { products.push_back(op); }); });
    for (ir::MatmulOp op : products)
      pack(op, recipes);
  }

private:
  void pack(ir::MatmulOp op, ir::Recipes &recipes) {
    auto type = cast<RankedTensorType>(op.getRhs().getType());
    if (!type.hasStaticShape() || type.getRank() != 2 || type.getNumElements() == 0)
      return;
    OpBuilder builder(op);
    Value panels;
    if (auto weight = op.getRhs().getDefiningOp<ir::GetWeightOp>())
      panels = packed(builder, weight, ir::groupOf(getElementTypeOrSelf(op.getLhs())), recipes);
    else if (auto decode = op.getRhs().getDefiningOp<ir::DecodeOp>())
      panels = packed(builder, decode, recipes);
    if (!panels)
      return;
    Value product = ir::PackedMatmulOp::create(builder, op.getLoc(), op.getLhs(), panels, type.getDimSize(1),
                                               op.getUnsignedLhs(), op.getUnsignedRhs(), op.getWide());
    product.setType(op.getType());
    ir::passOn(op, product.getDefiningOp());
    op.replaceAllUsesWith(product);
    op.erase();
    ++numPacked;
  }

  /// With so many rows side by side, which what they are multiplied with decides.
  Value packed(OpBuilder &builder, ir::GetWeightOp weight, int64_t group, ir::Recipes &recipes) {
    bool isOwn = group == ir::groupOf(getElementTypeOrSelf(weight.getType()));
    return recipes.append(builder, weight, isOwn ? "packed" : "packed.rows",
                          [&](OpBuilder &inner, Value matrix) -> Value {
                            return ir::PackOp::create(inner, weight.getLoc(), matrix, panel, group);
                          });
  }

  /// What codes are made of in panels, which are decoded where they are read; null where not all of it is known.
  Value packed(OpBuilder &builder, ir::DecodeOp decode, ir::Recipes &recipes) {
    if (decode.getAxis() != 0 || !llvm::all_of(decode->getOperands(), ir::isKnown))
      return {};
    auto inPanels = [&](Value part, int64_t group) -> Value {
      auto pack = ir::PackOp::create(builder, decode.getLoc(), part, panel, group);
      Value weight = recipes.fromOperation(builder, pack);
      pack->erase();
      return weight;
    };
    // A word for each column holds codes of several rows; bytes are widened as they are loaded.
    int64_t group = decode.getBits() == 8 ? 1 : 4;
    Value zeros = decode.getZeros() ? inPanels(decode.getZeros(), 1) : Value();
    return ir::DecodeOp::create(builder, decode.getLoc(), inPanels(decode.getCodes(), group),
                                inPanels(decode.getScales(), 1), zeros, /*axis=*/1, decode.getSize(), decode.getBits(),
                                decode.getBlock(), group, decode.getCentered(), decode.getElement(),
                                decode.getLevels());
  }
};

} // namespace
} // namespace llmc::passes
