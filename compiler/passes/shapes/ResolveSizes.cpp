// Writes the results of the symbolic-shape analysis into the IR.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/shapes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_RESOLVESIZES
#include "compiler/passes/shapes/Passes.h.inc"

namespace {

/// Operands of a list of static and dynamic entries that are known become static.
template <typename SetStatic>
void makeStatic(MutableOperandRange dynamic, ArrayRef<int64_t> entries, ir::DimAnalysis &analysis, SetStatic set) {
  SmallVector<int64_t> now(entries);
  SmallVector<Value> kept;
  unsigned next = 0;
  for (int64_t &entry : now) {
    if (!ShapedType::isDynamic(entry))
      continue;
    Value operand = dynamic[next++].get();
    if (auto constant = analysis.value(operand).constant(); constant && !ShapedType::isDynamic(*constant))
      entry = *constant;
    else
      kept.push_back(operand);
  }
  if (kept.size() == dynamic.size())
    return;
  set(now);
  dynamic.assign(kept);
}

void makeStatic(Operation *op, ir::DimAnalysis &analysis) {
  if (auto reshape = dyn_cast<ir::ReshapeOp>(op))
    makeStatic(reshape.getSizesMutable(), reshape.getStaticSizes(), analysis,
               [&](auto &s) { reshape.setStaticSizes(s); });
  else if (auto expand = dyn_cast<ir::ExpandOp>(op))
    makeStatic(expand.getSizesMutable(), expand.getStaticSizes(), analysis, [&](auto &s) { expand.setStaticSizes(s); });
  else if (auto iota = dyn_cast<ir::IotaOp>(op))
    makeStatic(iota.getSizesMutable(), iota.getStaticSizes(), analysis, [&](auto &s) { iota.setStaticSizes(s); });
  else if (auto slice = dyn_cast<ir::SliceOp>(op)) {
    makeStatic(slice.getOffsetsMutable(), slice.getStaticOffsets(), analysis,
               [&](auto &s) { slice.setStaticOffsets(s); });
    makeStatic(slice.getSizesMutable(), slice.getStaticSizes(), analysis, [&](auto &s) { slice.setStaticSizes(s); });
  } else if (auto pad = dyn_cast<ir::PadOp>(op)) {
    makeStatic(pad.getLowMutable(), pad.getStaticLow(), analysis, [&](auto &s) { pad.setStaticLow(s); });
    makeStatic(pad.getHighMutable(), pad.getStaticHigh(), analysis, [&](auto &s) { pad.setStaticHigh(s); });
  }
}

struct ResolveSizesPass : impl::ResolveSizesBase<ResolveSizesPass> {
  using ResolveSizesBase::ResolveSizesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    ir::DimAnalysis analysis(function);
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<Operation *> ops;
    for (Operation &op : function.getBody().front())
      ops.push_back(&op);
    for (Operation *op : ops) {
      makeStatic(op, analysis);
      resolveOperands(op, analysis);
      refineResult(op, analysis);
      resolveShape(op, analysis);
    }
    SmallVector<Type> results(function.getBody().front().getTerminator()->getOperandTypes());
    function.setFunctionType(FunctionType::get(&getContext(), function.getArgumentTypes(), results));
  }

private:
  void resolveOperands(Operation *op, ir::DimAnalysis &analysis) {
    if (!isa<ir::LlmcDialect>(op->getDialect()) && !isa<ir::InferDimsInterface>(op)) // those of plugins have it
      return;
    OpBuilder builder(op);
    for (OpOperand &operand : op->getOpOperands()) {
      if (!operand.get().getType().isIndex() || operand.get().getDefiningOp<ir::SizeOp>())
        continue;
      ir::DimExpr value = analysis.value(operand.get());
      if (ir::DimAnalysis::dependsOnData(value))
        continue;
      operand.set(ir::SizeOp::create(builder, op->getLoc(), builder.getIndexType(), value.text()));
      ++numFormulas;
    }
  }

  void refineResult(Operation *op, ir::DimAnalysis &analysis) {
    if (!isa<ir::InferDimsInterface>(op))
      return;
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    SmallVector<int64_t> shape;
    for (const ir::DimExpr &dim : analysis.dims(op->getResult(0)))
      shape.push_back(dim.constant().value_or(ShapedType::kDynamic));
    op->getResult(0).setType(RankedTensorType::get(shape, type.getElementType()));
  }

  /// A tensor put together from sizes.
  void resolveShape(Operation *op, ir::DimAnalysis &analysis) {
    auto tensor = dyn_cast<tensor::FromElementsOp>(op);
    if (!tensor || !tensor.getType().getElementType().isInteger(64) || tensor.getType().getRank() > 1)
      return;
    OpBuilder builder(op);
    SmallVector<StringRef> formulas;
    SmallVector<std::string> texts;
    bool constant = true;
    for (Value element : tensor.getElements()) {
      ir::DimExpr value = analysis.value(element);
      if (ir::DimAnalysis::dependsOnData(value))
        return;
      constant = constant && value.constant();
      texts.push_back(value.text());
    }
    if (constant) {
      SmallVector<int64_t> values;
      for (Value element : tensor.getElements())
        values.push_back(*analysis.value(element).constant());
      auto attribute = DenseElementsAttr::get(tensor.getType(), ArrayRef<int64_t>(values));
      tensor.replaceAllUsesWith(ir::ConstantOp::create(builder, op->getLoc(), attribute).getResult());
    } else {
      formulas.assign(texts.begin(), texts.end());
      auto attribute = builder.getStrArrayAttr(formulas);
      tensor.replaceAllUsesWith(ir::ShapeOp::create(builder, op->getLoc(), tensor.getType(), attribute).getResult());
    }
    op->erase();
  }
};

} // namespace
} // namespace llmc::passes
