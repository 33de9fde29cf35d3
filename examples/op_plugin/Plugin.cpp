// What the plugin brings: the ONNX operator com.example.Rotary, the dialect, and the pass.
#include "Rope.h"
#include "compiler/frontend/onnx/OperatorContext.h"
#include "compiler/frontend/onnx/SupportedOps.h"
#include "compiler/plugin/PassPlugin.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

using namespace llmc;

namespace rope {
#define GEN_PASS_DECL
#include "Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "Passes.h.inc"

namespace {

void importRotary(frontend::OperatorContext &op) {
  bool inverse = op.intAttr("inverse", 0) != 0;
  op.setResult(op.make<RotateOp>(op.input(0), op.input(1), op.input(2), inverse));
}

constexpr llvm::StringLiteral attributes[] = {"inverse"};
const frontend::OperatorImporter operators[] = {{"com.example", "Rotary", /*oldest=*/1, /*newest=*/frontend::kNewest,
                                                 /*required=*/3, importRotary,
                                                 /*refuse=*/nullptr, /*most=*/3, attributes}};

void setUp(plugin::PluginSetup &setup) {
  registerPasses();
  setup.addOperators(operators);
  setup.addDialects<RopeDialect>();
  // Sizes are known by then, and fusion is still to come.
  setup.joinPipeline(plugin::PipelinePoint::AfterShapes, "func.func(rope-lower-rotate)");
}

} // namespace
} // namespace rope

LLMC_PLUGIN("rope", "1.0", rope::setUp)
