// The lists of dialects and pass families.
#include "compiler/pipeline/Registration.h"
#include "compiler/codegen/target/Targets.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/AllPasses.h"
#include "compiler/pipeline/Pipelines.h"
#include "compiler/plugin/PluginLoader.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include <mutex>

namespace llmc::pipeline {

void registerDialects(mlir::DialectRegistry &registry) {
  registry.insert<ir::LlmcDialect, mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
                  mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::scf::SCFDialect, mlir::tensor::TensorDialect,
                  mlir::vector::VectorDialect>();
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
}

/// A pipeline in its textual form names no target; it is for the first.
static PipelineOptions defaultOptions() {
  return {codegen::targets().front()->kernelRules({}), {}, "", false, "", {}, {}};
}

static void registerAllPasses() {
  auto lock = plugin::lockPassRegistry();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::registerSymbolDCEPass();
  passes::registerAllFamilies();
  mlir::PassPipelineRegistration<>("llmc-shapes", "resolve all sizes", addShapePasses);
  mlir::PassPipelineRegistration<>("llmc-graph", "fold and fuse on the graph",
                                   [](mlir::OpPassManager &pm) { addGraphPasses(pm, defaultOptions()); });
  mlir::PassPipelineRegistration<>("llmc-kernels", "form kernels and plan memory",
                                   [](mlir::OpPassManager &pm) { addKernelPasses(pm, defaultOptions()); });
  mlir::PassPipelineRegistration<>("llmc-default", "the whole compiler up to code generation",
                                   [](mlir::OpPassManager &pm) { addDefaultPipeline(pm, defaultOptions()); });
}

void registerPasses() {
  static std::once_flag registered;
  std::call_once(registered, registerAllPasses);
}

} // namespace llmc::pipeline
