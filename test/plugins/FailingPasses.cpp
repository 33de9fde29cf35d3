// Passes that fail badly, for tests of what is said then: one without a message, one that leaves IR that is not valid.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {

struct FailSilentlyPass : PassWrapper<FailSilentlyPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(FailSilentlyPass)

  StringRef getArgument() const override { return "test-fail-silently"; }
  void runOnOperation() override { signalPassFailure(); }
};

struct LeaveInvalidPass : PassWrapper<LeaveInvalidPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(LeaveInvalidPass)

  StringRef getArgument() const override { return "test-leave-invalid"; }
  void runOnOperation() override { getOperation().getBody().front().getTerminator()->setOperands({}); }
};

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "FailingPasses", "1", [] {
            PassRegistration<FailSilentlyPass>();
            PassRegistration<LeaveInvalidPass>();
          }};
}
