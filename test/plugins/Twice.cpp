// Brings the operator Twice of domain "test" and a pass; built as two plugins of different names, which bring the same.
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/plugin/PassPlugin.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

using namespace mlir;
using namespace llmc::frontend;

namespace {

struct DoNothing : PassWrapper<DoNothing, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(DoNothing)

  StringRef getArgument() const override { return "test-do-nothing" LLMC_TEST_PASS_SUFFIX; }
  StringRef getDescription() const override { return "do nothing"; }
  void runOnOperation() override {}
};

void importTwice(OperatorContext &op) {
  op.setResult(op.map(op.input(0), op.type(0), [](ScalarMath &math, ValueRange x) { return math.add(x[0], x[0]); }));
}

const OperatorImporter operators[] = {{"test", "Twice", /*oldest=*/1, /*newest=*/kNewest, /*required=*/1, importTwice}};

void setUp(llmc::plugin::PluginSetup &setup) {
  PassRegistration<DoNothing>();
  setup.addOperators(operators);
}

} // namespace

LLMC_PLUGIN(LLMC_TEST_PLUGIN_NAME, "1.0", setUp)
