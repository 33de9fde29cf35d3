// A pass with a bug, for tests that must find it: swaps the operands of the first subtraction in the function.
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"

using namespace mlir;

namespace {

struct BreakNumericsPass : PassWrapper<BreakNumericsPass, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(BreakNumericsPass)

  StringRef getArgument() const override { return "test-break-numerics"; }
  StringRef getDescription() const override { return "swap the operands of the first subtraction"; }
  void runOnOperation() override {
    getOperation().walk([](arith::SubFOp subtraction) {
      subtraction->setOperands({subtraction.getRhs(), subtraction.getLhs()});
      return WalkResult::interrupt();
    });
  }
};

} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "BreakNumericsPass", "1", [] { PassRegistration<BreakNumericsPass>(); }};
}
