// Drops all outputs of the model but the first: a pass may change the interface, and joins the pipeline at its
// beginning.
#include "compiler/plugin/PassPlugin.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "llvm/ADT/BitVector.h"

using namespace mlir;

namespace {

struct KeepFirstOutput : PassWrapper<KeepFirstOutput, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KeepFirstOutput)

  StringRef getArgument() const override { return "test-keep-first-output"; }
  StringRef getDescription() const override { return "drop all outputs but the first"; }
  void runOnOperation() override {
    llvm::BitVector dropped(getOperation().getNumResults(), true);
    dropped.reset(0);
    getOperation().getBody().front().getTerminator()->eraseOperands(dropped);
    if (failed(getOperation().eraseResults(dropped)))
      signalPassFailure();
  }
};

void setUp(llmc::plugin::PluginSetup &setup) {
  PassRegistration<KeepFirstOutput>();
  setup.joinPipeline(llmc::plugin::PipelinePoint::AfterImport, "func.func(test-keep-first-output)");
}

} // namespace

LLMC_PLUGIN("keep-first-output", "2.1", setUp)
