// Relations between sizes as run-time checks.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "compiler/passes/shapes/Passes.h"
#include "mlir/IR/Builders.h"
#include <set>

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_INSERTCHECKS
#include "compiler/passes/shapes/Passes.h.inc"

namespace {

/// What the other size has to be where one is a constant.
std::string needed(ir::DimRelation relation, bool constantIsRight, const std::string &constant) {
  switch (relation) {
  case ir::DimRelation::Equal:
    return constant;
  case ir::DimRelation::Repeat:
  case ir::DimRelation::Broadcast:
    return "1 or " + constant;
  case ir::DimRelation::AtLeast:
    return (constantIsRight ? "at least " : "at most ") + constant;
  }
  return constant;
}

/// {0} and {1} stand for the values of a run.
std::string messageOf(const ir::DimAnalysis::Requirement &requirement) {
  const auto &[relation, a, b, what, op] = requirement;
  if (b.constant())
    return what + ": " + a.text() + " is {0}, it must be " + needed(relation, /*constantIsRight=*/true, b.text());
  if (a.constant())
    return what + ": " + b.text() + " is {1}, it must be " + needed(relation, /*constantIsRight=*/false, a.text());
  return what + ": " + a.text() + " is {0} and " + b.text() + " is {1}";
}

struct InsertChecksPass : impl::InsertChecksBase<InsertChecksPass> {
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    ir::DimAnalysis analysis(function);
    if (!analysis.isValid() || failed(refuseHugeTensors(function, analysis)) ||
        failed(refuseDataDependence(function, analysis)) || failed(insertChecks(function, analysis)))
      return signalPassFailure();
    function.walk([](ir::RequireOp op) { op.erase(); });
  }

private:
  LogicalResult insertChecks(func::FuncOp function, ir::DimAnalysis &analysis) {
    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    std::set<std::string> seen;
    for (const ir::DimAnalysis::Requirement &requirement : analysis.requirements()) {
      std::string a = requirement.a.text(), b = requirement.b.text();
      StringRef kind = ir::nameOf(requirement.relation);
      if (!seen.insert((kind + "/" + a + "/" + b).str()).second)
        continue;
      if (ir::DimAnalysis::dependsOnData(requirement.a) || ir::DimAnalysis::dependsOnData(requirement.b))
        return refuseDataDependence(requirement.op, requirement.what + ": a size that it takes");
      if (requirement.a.isOverflown() || requirement.b.isOverflown())
        return requirement.op->emitError() << "node " << ir::describeNodes(requirement.op->getLoc()) << ": "
                                           << requirement.what << ": the formula of a size that it takes is too large";
      ir::CheckOp::create(builder, requirement.op->getLoc(), kind, a, b, messageOf(requirement));
    }
    checkNotNegative(function, analysis, builder, seen);
    return success();
  }

  /// Sizes that are differences: of n - 4 elements there may be less than none, and nothing may be done with them then.
  static void checkNotNegative(func::FuncOp function, ir::DimAnalysis &analysis, OpBuilder &builder,
                               std::set<std::string> &seen) {
    (void)forEachSize(function, analysis, [&](Operation &op, const ir::DimExpr &dim) {
      if (dim.least() >= 0)
        return success();
      std::string size = dim.text();
      if (seen.insert("least/" + size + "/0").second)
        ir::CheckOp::create(builder, op.getLoc(), ir::nameOf(ir::DimRelation::AtLeast), size, "0",
                            "a size of its result is negative: " + size + " is {0}");
      return success();
    });
  }

  /// Of what the operations of the model give; stops where it fails.
  static LogicalResult forEachSize(func::FuncOp function, ir::DimAnalysis &analysis,
                                   function_ref<LogicalResult(Operation &, const ir::DimExpr &)> visit) {
    for (Block *block : ir::tensorBlocks(function))
      for (Operation &op : *block)
        for (Value result : op.getResults())
          if (isa<RankedTensorType>(result.getType()))
            for (const ir::DimExpr &dim : analysis.dims(result))
              if (failed(visit(op, dim)))
                return failure();
    return success();
  }

  /// Sizes of memory and strides are products: all of them must be numbers, in bytes of the widest elements.
  LogicalResult refuseHugeTensors(func::FuncOp function, ir::DimAnalysis &analysis) {
    auto isHuge = [&](Value value) {
      return isa<RankedTensorType>(value.getType()) && (ir::product(analysis.dims(value)) * 16).isOverflown();
    };
    for (BlockArgument argument : function.getArguments())
      if (isHuge(argument))
        return function.emitError() << "input \"" << ir::inputName(function, argument.getArgNumber()) << "\" of type "
                                    << argument.getType()
                                    << " holds more bytes than 64 bits can count; declare smaller sizes";
    for (Block *block : ir::tensorBlocks(function))
      for (Operation &op : *block)
        if (auto result = llvm::find_if(op.getResults(), isHuge); result != op.getResults().end())
          return op.emitError() << "node " << ir::describeNodes(op.getLoc()) << ": its output of type "
                                << (*result).getType()
                                << " holds more bytes than 64 bits can count; declare smaller sizes";
    return success();
  }

  static LogicalResult refuseDataDependence(Operation *op, const Twine &what) {
    return op->emitError() << "node " << ir::describeNodes(op->getLoc()) << " (" << op->getName() << "): " << what
                           << " depends on values that are no formula of the inputs' sizes; try: compute them before "
                              "the model, and export them as sizes of an input";
  }

  LogicalResult refuseDataDependence(func::FuncOp function, ir::DimAnalysis &analysis) {
    return forEachSize(function, analysis, [](Operation &op, const ir::DimExpr &dim) {
      return ir::DimAnalysis::dependsOnData(dim) ? refuseDataDependence(&op, "a size of its output") : success();
    });
  }
};

} // namespace
} // namespace llmc::passes
