// argmax(softmax(x)) is argmax(x), but for ties that rounding makes: a classifier that answers with a label need not
// compute its probabilities.
#include "compiler/ir/LlmcDialect.h"
#include "compiler/plugin/PassPlugin.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace llmc;

namespace {

// [pass]
#define GEN_PASS_DECL
#define GEN_PASS_DEF_SKIPSOFTMAXBEFOREARGMAX
#define GEN_PASS_REGISTRATION
#include "Passes.h.inc"

struct ReadBeforeSoftmax : mlir::OpRewritePattern<ir::ArgReduceOp> {
  ReadBeforeSoftmax(mlir::MLIRContext *context, bool narrow) : OpRewritePattern(context), narrow(narrow) {}

  mlir::LogicalResult matchAndRewrite(ir::ArgReduceOp argmax, mlir::PatternRewriter &rewriter) const override {
    auto softmax = argmax.getInput().getDefiningOp<ir::SoftmaxOp>();
    if (!softmax)
      return rewriter.notifyMatchFailure(argmax, "reads no softmax");
    if (argmax.getSmallest())
      return rewriter.notifyMatchFailure(argmax, "small elements may all have become 0");
    if (softmax.getAxis() != argmax.getAxis())
      return rewriter.notifyMatchFailure(argmax, "compares elements of different rows of the softmax");
    if (!narrow && softmax.getType().getElementTypeBitWidth() < 32)
      return rewriter.notifyMatchFailure(argmax, "many probabilities may have become equal");
    rewriter.modifyOpInPlace(argmax, [&] { argmax.getInputMutable().assign(softmax.getInput()); });
    return mlir::success();
  }

  bool narrow;
};

struct SkipSoftmaxBeforeArgmax : impl::SkipSoftmaxBeforeArgmaxBase<SkipSoftmaxBeforeArgmax> {
  using SkipSoftmaxBeforeArgmaxBase::SkipSoftmaxBeforeArgmaxBase;

  void runOnOperation() override {
    mlir::RewritePatternSet patterns(&getContext());
    patterns.add<ReadBeforeSoftmax>(&getContext(), narrow);
    if (mlir::failed(mlir::applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};
// [pass]

// [plugin]
void setUp(plugin::PluginSetup &setup) {
  registerPasses();
  // Spelled-out softmaxes have been found by then.
  setup.joinPipeline(plugin::PipelinePoint::AfterFusion, "func.func(skip-softmax-before-argmax)");
}

} // namespace

LLMC_PLUGIN("skip-softmax", "1.0", setUp)
// [plugin]
