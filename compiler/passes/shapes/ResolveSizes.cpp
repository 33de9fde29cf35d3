// Writes the results of the symbolic-shape analysis into the IR.
#include "compiler/ir/Blocks.h"
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
void makeStatic(Operation *op, MutableOperandRange dynamic, StringAttr constants, ir::DimAnalysis &analysis) {
  auto entries = op->getAttrOfType<DenseI64ArrayAttr>(constants).asArrayRef();
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
  op->setAttr(constants, DenseI64ArrayAttr::get(op->getContext(), now));
  dynamic.assign(kept);
}

struct ResolveSizesPass : impl::ResolveSizesBase<ResolveSizesPass> {
  using ResolveSizesBase::ResolveSizesBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    ir::DimAnalysis analysis(function);
    if (!analysis.isValid())
      return signalPassFailure();
    SmallVector<Operation *> ops;
    for (Block *block : ir::tensorBlocks(function))
      for (Operation &op : *block)
        ops.push_back(&op);
    for (Operation *op : ops) {
      if (auto lists = dyn_cast<ir::MixedSizesInterface>(op))
        lists.forEachMixedList(
            [&](MutableOperandRange dynamic, StringAttr constants) { makeStatic(op, dynamic, constants, analysis); });
      resolveOperands(op, analysis);
      refineResults(op, analysis);
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

  void refineResults(Operation *op, ir::DimAnalysis &analysis) {
    if (!isa<ir::InferDimsInterface>(op))
      return;
    for (Value result : op->getResults()) {
      auto type = cast<RankedTensorType>(result.getType());
      SmallVector<int64_t> shape;
      for (const ir::DimExpr &dim : analysis.dims(result))
        shape.push_back(dim.constant().value_or(ShapedType::kDynamic));
      result.setType(RankedTensorType::get(shape, type.getElementType()));
    }
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
