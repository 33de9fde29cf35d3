// Rewrites anchors into the forms that loops take. All sizes are known as formulas here.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/Decisions.h"
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/kernels/Passes.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_NORMALIZEANCHORS
#include "compiler/passes/kernels/Passes.h.inc"

namespace {

/// To the anchors that were made between `before` and the one that they stand for.
void passOnDecisions(Operation &op, Operation *before) {
  for (Operation *made = op.getPrevNode(); made != before; made = made->getPrevNode())
    if (isa<ir::AnchorInterface>(made))
      ir::passOn(&op, made);
}

/// False when each anchor has its form already.
bool normalizeOnce(Block &block, ir::DimAnalysis &analysis) {
  bool changed = false;
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto anchor = dyn_cast<ir::AnchorInterface>(op);
    OpBuilder builder(&op);
    Operation *before = op.getPrevNode();
    Value other = anchor ? anchor.normalize(builder, analysis) : Value();
    if (!other)
      continue;
    passOnDecisions(op, before);
    other.setType(op.getResult(0).getType());
    op.getResult(0).replaceAllUsesWith(other);
    analysis.erase(&op);
    changed = true;
  }
  return changed;
}

struct NormalizeAnchorsPass : impl::NormalizeAnchorsBase<NormalizeAnchorsPass> {
  void runOnOperation() override {
    for (bool changed = true; changed;) { // convolutions become products, which have a form of their own
      ir::DimAnalysis analysis(getOperation());
      if (!analysis.isValid())
        return signalPassFailure();
      changed = false;
      for (Block *block : ir::tensorBlocks(getOperation()))
        changed |= normalizeOnce(*block, analysis);
    }
  }
};

} // namespace
} // namespace llmc::passes
