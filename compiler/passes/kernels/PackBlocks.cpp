// Products of weights with zeros in blocks, where leaving them out is faster. A weight's layout serves every
// instruction set, so it is decided once for all.
#include "compiler/ir/Decisions.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/PanelGroups.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/FormatVariadic.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_PACKBLOCKS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

struct PackBlocksPass : impl::PackBlocksBase<PackBlocksPass> {
  using PackBlocksBase::PackBlocksBase;

  void runOnOperation() override {
    ir::Recipes recipes(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      ir::DimAnalysis dims(function);
      if (!dims.isValid())
        return signalPassFailure();
      SmallVector<ir::MatmulOp> products;
      function.walk([&](ir::MatmulOp op) {
        if (ir::blocksOf(op))
          products.push_back(op);
      });
      for (ir::MatmulOp op : products)
        if (std::string why = reasonToStay(op, dims); !why.empty())
          ir::note(op, "zeros of the weight multiplied", why);
        else
          pack(op, recipes, dims);
    }
  }

private:
  /// Why a product reads zeros, too; empty where it can do without.
  std::string reasonToStay(ir::MatmulOp op, ir::DimAnalysis &dims) {
    ir::BlocksAttr blocks = ir::blocksOf(op);
    Type element = getElementTypeOrSelf(op.getLhs());
    int64_t group = ir::groupOf(element);
    if (!op.getRhs().getDefiningOp<ir::GetWeightOp>())
      return "it is stored as codes of few bits";
    if (element.getIntOrFloatBitWidth() > 32 || (element.isInteger(8) && (!op.getUnsignedLhs() || op.getUnsignedRhs())))
      return "there are no loops for blocks of its numbers";
    if (blocks.getColumns() != panel || blocks.getRows() % group != 0)
      return llvm::formatv("they are blocks of {0} x {1}, and instructions take {2} x {3}", blocks.getRows(),
                           blocks.getColumns(), group, panel);
    double cost = costOf(op, dims);
    double share = double(countOf(blocks, group)) / double(blocksIn(op, group));
    if (share * cost < 1)
      return "";
    return llvm::formatv(
        "{0:P0} of the blocks are left, and a multiply-add in blocks costs {1:f2} of one in whole panels", share, cost);
  }

  /// Of a multiply-add in blocks, where one in whole panels costs 1. Few rows wait for what is read: values, and a
  /// number of 4 bytes for each block.
  double costOf(ir::MatmulOp op, ir::DimAnalysis &dims) {
    constexpr int64_t fewRows = 4;
    constexpr double bytesOfNumber = 4;
    Type element = getElementTypeOrSelf(op.getLhs());
    ir::DimExpr rows = ir::product(ArrayRef<ir::DimExpr>(dims.dims(op.getLhs())).drop_back());
    if (rows.most() <= fewRows)
      return 1 + bytesOfNumber / double(panel * ir::groupOf(element) * ir::elementBytes(element));
    return element.isInteger(8) ? bytes : element.isBF16() ? halves : floats;
  }

  /// Of groups of rows in a panel: those that hold numbers, and all.
  static int64_t countOf(ir::BlocksAttr blocks, int64_t group) {
    return blocks.getCount() * (blocks.getRows() / group);
  }
  static int64_t blocksIn(ir::MatmulOp op, int64_t group) {
    return static_cast<int64_t>(llvm::divideCeil(cast<RankedTensorType>(op.getRhs().getType()).getDimSize(0), group));
  }

  void pack(ir::MatmulOp op, ir::Recipes &recipes, ir::DimAnalysis &dims) {
    auto weight = op.getRhs().getDefiningOp<ir::GetWeightOp>();
    auto type = cast<RankedTensorType>(weight.getType());
    int64_t group = ir::groupOf(getElementTypeOrSelf(op.getLhs())), all = blocksIn(op, group);
    int64_t count = std::min(countOf(ir::blocksOf(op), group), all);
    OpBuilder builder(op);
    Value blocks = recipes.append(builder, weight, "numbers", [&](OpBuilder &inner, Value matrix) -> Value {
      return ir::FindBlocksOp::create(inner, weight.getLoc(), matrix, panel, group, count);
    });
    Value values = recipes.append(builder, weight, "values", [&](OpBuilder &inner, Value matrix) -> Value {
      Value numbers = ir::readAgain(inner, blocks);
      return ir::PackBlocksOp::create(inner, weight.getLoc(), matrix, numbers, panel, group);
    });
    auto product = ir::BlockMatmulOp::create(builder, op.getLoc(), op.getLhs(), values, blocks, type.getDimSize(1),
                                             type.getDimSize(0), op.getWide());
    product.getResult().setType(op.getType());
    ir::passOn(op, product);
    ir::note(product, "zeros of the weight left out",
             llvm::formatv("{0} of {1} blocks of a panel hold numbers", count, all));
    op.replaceAllUsesWith(product.getResult());
    dims.erase(op);
    ++numPacked;
  }
};

} // namespace
} // namespace llmc::passes
