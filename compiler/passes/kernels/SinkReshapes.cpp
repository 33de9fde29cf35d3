// Moves reshapes behind maps.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/kernels/Passes.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_SINKRESHAPES
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

bool isRowConstant(const ir::DimVector &dims) {
  return llvm::all_of(ArrayRef<ir::DimExpr>(dims).drop_back(dims.empty() ? 0 : 1),
                      [](const ir::DimExpr &dim) { return dim.isConstant(1); });
}

bool isContraction(Operation *op) {
  auto anchor = dyn_cast<ir::AnchorInterface>(op);
  return anchor && anchor.getAnchorKind() == ir::AnchorKind::Contraction;
}

/// Whether what is behind an operation can work on its elements where they arise. A contraction may be transposed on
/// the way.
bool takesEpilogue(Operation *op) {
  bool isMoved = false;
  while (auto transpose = dyn_cast_or_null<ir::TransposeOp>(op)) {
    isMoved = true;
    op = transpose.getInput().getDefiningOp();
    if (op && !op->hasOneUse())
      return false;
  }
  return op && (isMoved ? isContraction(op) : isa<ir::AnchorInterface, ir::MapOp>(op));
}

/// Whether a map has one operand beside scalars, so that it does not matter in which axes its elements lie.
bool isOfOneTensor(ir::MapOp map, ir::DimAnalysis &analysis) {
  auto isScalar = [&](Value input) {
    return llvm::all_of(analysis.dims(input), [](const ir::DimExpr &dim) { return dim.isConstant(1); });
  };
  return llvm::count_if(map.getInputs(), [&](Value input) { return !isScalar(input); }) == 1;
}

struct SinkReshapesPass : impl::SinkReshapesBase<SinkReshapesPass> {
  void runOnOperation() override {
    ir::DimAnalysis analysis(getOperation());
    if (!analysis.isValid())
      return signalPassFailure();
    for (Block *block : ir::tensorBlocks(getOperation()))
      for (Operation &op : llvm::make_early_inc_range(*block))
        if (auto map = dyn_cast<ir::MapOp>(op))
          sink(map, analysis);
  }

private:
  /// The reshape among the operands that can move behind the map.
  ir::ReshapeOp findReshape(ir::MapOp map, ir::DimAnalysis &analysis) {
    ir::DimVector dims = analysis.dims(map.getResult());
    for (Value input : map.getInputs()) {
      auto reshape = input.getDefiningOp<ir::ReshapeOp>();
      if (!reshape || !reshape->hasOneUse() || analysis.dims(input) != dims)
        continue;
      Operation *source = reshape.getInput().getDefiningOp();
      ir::DimVector from = analysis.dims(reshape.getInput());
      bool keepsRows = !from.empty() && !dims.empty() && from.back() == dims.back();
      if (source && source->hasOneUse() && takesEpilogue(source) && (keepsRows || isOfOneTensor(map, analysis)))
        return reshape;
    }
    return {};
  }

  void sink(ir::MapOp map, ir::DimAnalysis &analysis) {
    ir::ReshapeOp reshape = findReshape(map, analysis);
    if (!reshape)
      return;
    ir::DimVector dims = analysis.dims(map.getResult()), rows = analysis.dims(reshape.getInput());
    for (Value input : map.getInputs())
      if (!isRowConstant(analysis.dims(input)) && analysis.dims(input) != dims)
        return;
    OpBuilder builder(map);
    SmallVector<Value> inputs;
    for (Value input : map.getInputs()) {
      ir::DimVector size = analysis.dims(input);
      if (input == reshape.getResult())
        inputs.push_back(reshape.getInput());
      else if (size == dims && !isRowConstant(size))
        inputs.push_back(ir::reshapeTo(builder, map.getLoc(), input, rows));
      else if (size.size() > rows.size()) // [1, 1, n] among matrices
        inputs.push_back(ir::reshapeTo(builder, map.getLoc(), input, {size.back()}));
      else
        inputs.push_back(input);
    }
    auto moved = ir::MapOp::create(builder, map.getLoc(), inputs, [&](OpBuilder &inner, Location, ValueRange scalars) {
      return ir::inlineBody(inner, map.getBody(), scalars);
    });
    Value back = ir::reshapeTo(builder, map.getLoc(), moved.getResult(), dims);
    back.setType(map.getType());
    map.replaceAllUsesWith(back);
    analysis.erase(map);
    analysis.erase(reshape);
  }
};

} // namespace
} // namespace llmc::passes
