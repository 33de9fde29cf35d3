// Patterns that need to know that two dynamic sizes are equal. One analysis serves a whole sweep; sweeps repeat until
// nothing changes.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/simplify/CancelTransposes.h"
#include "compiler/passes/simplify/Passes.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_SIMPLIFYGRAPH
#include "compiler/passes/simplify/Passes.h.inc"

namespace {

/// It passes its operand on untouched.
bool isIdentity(ir::MapOp map) { return isa<BlockArgument>(map.getYielded()); }

/// The map has the same sizes with `replacement` for `operand`.
bool broadcastsWithout(ir::MapOp map, Value operand, Value replacement, ir::DimAnalysis &analysis) {
  ir::DimVector result;
  for (Value input : map.getInputs()) {
    ir::DimVector dims = analysis.dims(input == operand ? replacement : input);
    size_t common = std::min(dims.size(), result.size());
    if (dims.size() > result.size())
      result.insert(result.begin(), dims.begin(), dims.end() - common);
    for (size_t i = 1; i <= common; ++i)
      result[result.size() - i] = ir::DimExpr::broadcast(result[result.size() - i], dims[dims.size() - i]);
  }
  return result == analysis.dims(map.getResult());
}

struct SimplifyGraphPass : impl::SimplifyGraphBase<SimplifyGraphPass> {
  SimplifyGraphPass() = default;
  SimplifyGraphPass(const SimplifyGraphPass &other) : SimplifyGraphBase(other) {} // the analysis is of one run

  void runOnOperation() override {
    for (bool changed = true; changed;) {
      changed = false;
      analysis.emplace(getOperation());
      if (!analysis->isValid())
        return signalPassFailure();
      for (Block *block : ir::tensorBlocks(getOperation()))
        for (Operation &op : llvm::make_early_inc_range(*block))
          changed |= simplify(&op, *analysis);
      eraseDead();
    }
  }

private:
  void eraseDead() {
    auto blocks = ir::tensorBlocks(getOperation());
    for (Block *block : llvm::reverse(blocks))
      for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*block)))
        if (isOpTriviallyDead(&op))
          op.erase();
  }

  bool replace(Operation *op, Value with) {
    Value result = op->getResult(0);
    if (result.getType() != with.getType()) {
      // Equal sizes that one type knows as constants and the other as formulas: keep what is known.
      auto a = cast<RankedTensorType>(result.getType()), b = cast<RankedTensorType>(with.getType());
      if (a.getElementType() != b.getElementType() || (a.hasStaticShape() && isa<BlockArgument>(with)))
        return false;
    }
    bool returned = llvm::any_of(result.getUsers(), [](Operation *user) { return isa<func::ReturnOp>(user); });
    if (returned && result.getType() != with.getType())
      return false;
    result.replaceAllUsesWith(with);
    analysis->erase(op);
    return true;
  }

  bool simplify(Operation *op, ir::DimAnalysis &analysis) {
    if (auto map = dyn_cast<ir::MapOp>(op)) {
      if (ir::dropUnreadOperands(map, analysis)) // those that are left demand something of the sizes
        return true;
      return map.getNumOperands() == 1 && isIdentity(map) ? replace(op, map.getOperand(0)) : skipExpands(map, analysis);
    }
    if (isa<ir::ReshapeOp, ir::ExpandOp>(op) && analysis.dims(op->getOperand(0)) == analysis.dims(op->getResult(0)))
      return replace(op, op->getOperand(0));
    if (auto slice = dyn_cast<ir::SliceOp>(op)) {
      bool whole = llvm::all_of(slice.getStaticOffsets(), [](int64_t offset) { return offset == 0; }) &&
                   llvm::all_of(slice.getSteps(), [](int64_t step) { return step == 1; });
      if (whole && analysis.dims(slice.getInput()) == analysis.dims(slice.getResult()))
        return replace(op, slice.getInput());
    }
    if (auto transpose = dyn_cast<ir::TransposeOp>(op)) {
      if (Value moved = moveBeforeMap(transpose, analysis))
        return replace(op, moved);
      return transposeToReshape(transpose, analysis);
    }
    if (auto reshape = dyn_cast<ir::ReshapeOp>(op))
      if (mergeReshapes(reshape, analysis) || sliceBehindReshape(reshape, analysis))
        return true;
    if (isa<ir::SliceOp, ir::GatherOp, ir::ReshapeOp, ir::ConcatOp, ir::ShapeOp>(op))
      return simplifyShape(op, analysis);
    return false;
  }

  /// Movement of sizes is a tensor of fewer, or of more, sizes; of constants when all of them are known.
  bool simplifyShape(Operation *op, ir::DimAnalysis &analysis) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    auto formulas = formulasOf(op->getResult(0), analysis, /*depth=*/0);
    if (!formulas || type.getRank() > 1)
      return false;
    OpBuilder builder(op);
    SmallVector<int64_t> constants;
    SmallVector<std::string> texts;
    for (const ir::DimExpr &formula : *formulas) {
      if (formula.constant())
        constants.push_back(*formula.constant());
      texts.push_back(formula.text());
    }
    if (constants.size() == formulas->size()) {
      auto attribute = DenseElementsAttr::get(type, ArrayRef<int64_t>(constants));
      return replace(op, ir::ConstantOp::create(builder, op->getLoc(), attribute));
    }
    if (isa<ir::ShapeOp>(op))
      return false;
    SmallVector<StringRef> views(texts.begin(), texts.end());
    return replace(op, ir::ShapeOp::create(builder, op->getLoc(), type, builder.getStrArrayAttr(views)));
  }

  /// The elements of a small vector or scalar that is made of sizes.
  std::optional<ir::DimVector> formulasOf(Value tensor, ir::DimAnalysis &analysis, int depth) {
    Operation *op = tensor.getDefiningOp();
    auto type = cast<RankedTensorType>(tensor.getType());
    if (!op || depth > 8 || !type.hasStaticShape() || type.getRank() > 1 || !type.getElementType().isInteger(64) ||
        type.getNumElements() > 64)
      return std::nullopt;
    ir::DimVector result;
    if (auto shape = dyn_cast<ir::ShapeOp>(op)) {
      for (auto formula : shape.getFormulas().getAsRange<StringAttr>())
        result.push_back(analysis.parse(formula.getValue()));
      return result;
    }
    if (auto constant = dyn_cast<ir::ConstantOp>(op)) {
      for (const APInt &value : cast<DenseElementsAttr>(constant.getValue()).getValues<APInt>())
        result.push_back(value.getSExtValue());
      return result;
    }
    if (auto reshape = dyn_cast<ir::ReshapeOp>(op))
      return formulasOf(reshape.getInput(), analysis, depth + 1);
    if (auto concat = dyn_cast<ir::ConcatOp>(op)) {
      for (Value input : concat.getInputs()) {
        auto part = formulasOf(input, analysis, depth + 1);
        if (!part)
          return std::nullopt;
        result.append(*part);
      }
      return result;
    }
    if (auto slice = dyn_cast<ir::SliceOp>(op)) {
      auto input = formulasOf(slice.getInput(), analysis, depth + 1);
      if (!input || ShapedType::isDynamic(slice.getStaticOffsets().front()))
        return std::nullopt;
      for (int64_t i = 0; i < type.getNumElements(); ++i)
        result.push_back((*input)[slice.getStaticOffsets().front() + i * slice.getSteps().front()]);
      return result;
    }
    if (auto gather = dyn_cast<ir::GatherOp>(op)) {
      auto data = formulasOf(gather.getData(), analysis, depth + 1);
      auto indices = formulasOf(gather.getIndices(), analysis, depth + 1);
      if (!data || !indices)
        return std::nullopt;
      for (const ir::DimExpr &index : *indices) {
        auto at = index.constant();
        int64_t size = static_cast<int64_t>(data->size()), place = at && *at < 0 ? *at + size : at.value_or(-1);
        if (place < 0 || place >= size)
          return std::nullopt;
        result.push_back((*data)[place]);
      }
      return result;
    }
    return std::nullopt;
  }

  /// A transpose that only moves axes of size 1 is a reshape, which costs nothing.
  bool transposeToReshape(ir::TransposeOp op, ir::DimAnalysis &analysis) {
    ir::DimVector dims = analysis.dims(op.getInput());
    int64_t last = -1;
    for (int64_t axis : op.getPerm()) {
      if (dims[axis].isConstant(1))
        continue;
      if (axis < last)
        return false;
      last = axis;
    }
    ir::DimVector target = analysis.dims(op.getResult());
    if (llvm::any_of(target, ir::DimAnalysis::dependsOnData))
      return false;
    OpBuilder builder(op);
    Value reshape = ir::reshapeTo(builder, op.getLoc(), op.getInput(), target);
    op.replaceAllUsesWith(reshape);
    analysis.erase(op);
    return true;
  }

  /// A reshape of a reshape is one, where the sizes between demand nothing that goes unsaid without them.
  bool mergeReshapes(ir::ReshapeOp op, ir::DimAnalysis &analysis) {
    auto producer = op.getInput().getDefiningOp<ir::ReshapeOp>();
    if (!producer)
      return false;
    auto count = [&](Value tensor) { return ir::product(analysis.dims(tensor)); };
    ir::DimExpr between = count(producer.getResult());
    if (between != count(producer.getInput()) && between != count(op.getResult()))
      return false;
    op.getInputMutable().assign(producer.getInput());
    return true;
  }

  /// Where a part of each row is split into groups, as queries are into heads, the whole rows can be: groups of a view
  /// are read where they lie, parts of rows would be copied first.
  bool sliceBehindReshape(ir::ReshapeOp op, ir::DimAnalysis &analysis) {
    auto slice = op.getInput().getDefiningOp<ir::SliceOp>();
    if (!slice || !slice->hasOneUse() || slice.getSteps().back() != 1)
      return false;
    ir::DimVector whole = analysis.dims(slice.getInput()), part = analysis.dims(slice.getResult()),
                  target = analysis.dims(op.getResult());
    size_t last = whole.size() - 1;
    auto isWhole = [&](size_t axis) {
      return slice.getStaticOffsets()[axis] == 0 && slice.getSteps()[axis] == 1 && whole[axis] == part[axis];
    };
    if (target.size() != whole.size() + 1 || !llvm::all_of(llvm::seq(last), isWhole) ||
        !std::equal(whole.begin(), whole.end() - 1, target.begin()) ||
        llvm::any_of(target, ir::DimAnalysis::dependsOnData))
      return false;
    auto all = whole[last].constant(), groups = target[last].constant(), size = target[last + 1].constant();
    int64_t offset = slice.getStaticOffsets()[last];
    if (!all || !groups || !size || *size <= 0 || ShapedType::isDynamic(offset) || *all % *size || offset % *size)
      return false;
    OpBuilder builder(op);
    target[last] = ir::DimExpr(*all / *size);
    Value split = ir::reshapeTo(builder, op.getLoc(), slice.getInput(), target);
    Value groupsOfPart =
        ir::sliceAxis(builder, slice.getLoc(), split, target, static_cast<int64_t>(last), offset / *size, *groups);
    groupsOfPart.setType(op.getType());
    op.replaceAllUsesWith(groupsOfPart);
    analysis.erase(op);
    analysis.erase(slice);
    return true;
  }

  bool skipExpands(ir::MapOp map, ir::DimAnalysis &analysis) {
    for (OpOperand &operand : map->getOpOperands()) {
      auto expand = operand.get().getDefiningOp<ir::ExpandOp>();
      if (!expand || !broadcastsWithout(map, operand.get(), expand.getInput(), analysis))
        continue;
      operand.set(expand.getInput());
      return true;
    }
    return false;
  }

  std::optional<ir::DimAnalysis> analysis;
};

} // namespace
} // namespace llmc::passes
