// Which pass runs where, and why there.
#include "compiler/pipeline/Pipelines.h"
#include "compiler/passes/AllPasses.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "compiler/passes/quantization/CacheSpec.h"
#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/plugin/PluginLoader.h"
#include "compiler/support/UsageError.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;

namespace llmc::pipeline {

void addShapePasses(OpPassManager &pm) {
  OpPassManager &function = pm.nest<func::FuncOp>();
  // Twice: shapes that depend on resolved shapes (a Range whose length sizes a Reshape) need a second look.
  for (int round = 0; round < 2; ++round) {
    function.addPass(createCanonicalizerPass());
    function.addPass(createCSEPass());
    function.addPass(passes::createScalarizeShapes());
    function.addPass(passes::createResolveSizes());
    function.addPass(passes::createNarrowRanges());
  }
  function.addPass(createCanonicalizerPass());
  function.addPass(createCSEPass());
}

void addSizeCheckPasses(OpPassManager &pm) {
  addShapePasses(pm);
  pm.addNestedPass<func::FuncOp>(passes::createInsertChecks());
}

void addGraphPasses(OpPassManager &pm, const PipelineOptions &options) {
  // Before anything is matched: conversions are in the way of all of it.
  pm.addNestedPass<func::FuncOp>(passes::createWidenHalves());
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph());
  // Weights still are bytes that are dequantized; folded, they would be floats.
  pm.addNestedPass<func::FuncOp>(passes::createFindByteProducts());
  pm.addNestedPass<func::FuncOp>(passes::createFindCodedWeights({options.rules.panelColumns}));
  // Scalars that exporters compute (the square root of a head's size) must be constants before spellings are matched.
  pm.addPass(passes::createFoldConstants());
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph());
  pm.addNestedPass<func::FuncOp>(createCSEPass());
  // Spellings are matched inside one map: the order in which an exporter wrote its scalars no longer shows.
  pm.addNestedPass<func::FuncOp>(passes::createFuseMaps());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(passes::createFuseGelus());
  pm.addNestedPass<func::FuncOp>(passes::createFuseNorms());
  pm.addNestedPass<func::FuncOp>(passes::createFuseSoftmax());
  // Its products are those of the softmax; what is behind maps in between is one map by now.
  pm.addNestedPass<func::FuncOp>(passes::createFuseAttention({options.records}));
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph());
}

static bool isFor(const PipelineOptions &options, ProbesFor purpose) {
  return options.probes && options.probes->purpose == purpose;
}

/// What is largest first: what quantization and kernels see then has fewer numbers.
static llvm::Error addPruningPasses(OpPassManager &pm, const PipelineOptions &options) {
  bool marks = isFor(options, ProbesFor::Pruning), onlyLayers = isFor(options, ProbesFor::Layers);
  auto spec = passes::PruningSpec::parse(options.pruning);
  if (!spec)
    return spec.takeError();
  llvm::SmallVector<std::string> rules(options.pruning.begin(), options.pruning.end());
  if (!spec->layers.empty()) { // attention has been recognised by now
    pm.addPass(passes::createPruneLayers({rules, onlyLayers}));
    // What is gone is neither measured nor pruned.
    pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  }
  if (onlyLayers)
    return llvm::Error::success();
  if (!spec->heads.empty())
    pm.addPass(passes::createPruneHeads({rules, marks}));
  if (!spec->channels.empty())
    pm.addPass(passes::createPruneChannels({rules, options.rules.panelColumns, marks}));
  // What is left of weights becomes recipes.
  pm.addPass(passes::createFoldConstants());
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph());
  llvm::SmallVector<std::string> groups = llvm::to_vector_of<std::string>(passes::rowsAtOnce(options.quantization));
  if (!spec->blocks.empty()) // of what is left
    pm.addPass(passes::createPruneBlocks({rules, groups, options.rules.panelColumns, marks}));
  if (!spec->weights.empty())
    pm.addPass(passes::createPruneWeights({rules, marks}));
  if (!spec->zeros.empty())
    pm.addPass(passes::createFindZeros({rules, groups, options.rules.panelColumns}));
  return llvm::Error::success();
}

/// Whatever is no product of a weight has been recognised by now.
static void addQuantizationPasses(OpPassManager &pm, const PipelineOptions &options) {
  llvm::SmallVector<std::string> rules(options.quantization.begin(), options.quantization.end());
  if (options.switches)
    pm.addPass(passes::createSwitchProducts({rules}));
  pm.addPass(passes::createQuantizeProducts({rules, options.rules.panelColumns}));
  if (llvm::any_of(rules, [](const std::string &rule) { return passes::isOfCaches(rule); }))
    pm.addPass(passes::createNarrowCaches({rules}));
}

/// In place of quantization.
static void addProbePasses(OpPassManager &pm, const PipelineOptions &options) {
  llvm::SmallVector<std::string> rules;
  if (isFor(options, ProbesFor::Quantization))
    rules.assign(options.quantization.begin(), options.quantization.end());
  pm.addPass(passes::createAddProbes({rules, options.probes->skip, options.probes->mostBytes}));
  // What only outputs needed goes.
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
}

void addKernelPasses(OpPassManager &pm, const PipelineOptions &options) {
  // Relations between sizes are collected while each operation still is what the model said.
  pm.addNestedPass<func::FuncOp>(passes::createInsertChecks());
  pm.addNestedPass<func::FuncOp>(passes::createNormalizeAnchors());
  // Filters of convolutions have become matrices: their reshapes and transposes join the recipes.
  pm.addPass(passes::createFoldConstants());
  const BlockCosts &costs = options.rules.blocks;
  pm.addPass(passes::createPackBlocks({options.rules.panelColumns, costs.floats, costs.halves, costs.bytes}));
  pm.addPass(passes::createPackWeights({options.rules.panelColumns}));
  pm.addNestedPass<func::FuncOp>(createCSEPass());
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph()); // reshapes around anchors meet others
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(passes::createSinkReshapes());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  pm.addNestedPass<func::FuncOp>(passes::createSimplifyGraph());
  pm.addNestedPass<func::FuncOp>(createCSEPass());
  pm.addNestedPass<func::FuncOp>(passes::createFuseMaps());
  pm.addNestedPass<func::FuncOp>(createCanonicalizerPass());
  // Not behind the kernels: those that copy a result to one output each are equal.
  pm.addNestedPass<func::FuncOp>(createCSEPass());
  pm.addNestedPass<func::FuncOp>(
      passes::createFormKernels({options.rules.passOperands, options.rules.mostScalars, options.records}));
  pm.addNestedPass<func::FuncOp>(passes::createShareKernels()); // layers of quantized models have scales of their own
  passes::ChooseSchedulesOptions schedules = {
      {options.levels.begin(), options.levels.end()}, options.triple, options.decisions};
  pm.addNestedPass<func::FuncOp>(passes::createChooseSchedules(schedules));
  // What reads and makes them is known when there are kernels.
  pm.addNestedPass<func::FuncOp>(passes::createFindStates());
  pm.addNestedPass<func::FuncOp>(passes::createPlanArena());
}

void addDefaultPipeline(OpPassManager &pm, const PipelineOptions &options) {
  llvm::cantFail(addExtendedPipeline(pm, /*kernels=*/true, options, {}));
}

/// The reason among what MLIR prints about a pipeline that it can't read.
static llvm::StringRef firstComplaint(llvm::StringRef complaints) {
  auto [before, after] = complaints.split("error: ");
  llvm::StringRef reason = (after.empty() ? before : after).trim().split('\n').first;
  reason.consume_front("<Pass-Options-Parser>: ");
  return reason;
}

llvm::Error addPassesOf(OpPassManager &pm, llvm::StringRef text) {
  auto refuse = [whole = text](const llvm::Twine &reason, const llvm::Twine &remedy) {
    return usageError("can't read the pipeline \"" + whole + "\": " + reason + "; try: " + remedy);
  };
  if (text.consume_front("builtin.module(")) // as tools of MLIR want it; nested once more it would run on nothing
    text.consume_back(")");
  if (text.trim().empty())
    return refuse("it has no passes", "func.func(PASS), or llmc-opt --help, which lists all passes");
  std::string complaints;
  llvm::raw_string_ostream stream(complaints);
  size_t before = pm.size();
  auto parse = [&] {
    auto lock = plugin::lockPassRegistry();
    return parsePassPipeline(text, pm, stream);
  };
  if (failed(parse()))
    return refuse(firstComplaint(complaints),
                  "llmc-opt --help, which lists all passes, with --load-pass-plugin=SO those of a plugin too");
  for (Pass &pass : llvm::drop_begin(pm.getPasses(), before))
    if (auto name = pass.getOpName(); name && *name != ModuleOp::getOperationName())
      return refuse(pass.getArgument() + " runs on " + *name + ", not on a module",
                    *name + "(" + pass.getArgument() + ")");
  return llvm::Error::success();
}

llvm::Error addExtendedPipeline(OpPassManager &pm, bool kernels, const PipelineOptions &options,
                                llvm::ArrayRef<plugin::PipelineInsertion> insertions) {
  using plugin::PipelinePoint;
  llvm::Error error = llvm::Error::success();
  auto insert = [&](PipelinePoint point) {
    for (const plugin::PipelineInsertion &insertion : insertions)
      if (insertion.point == point)
        error = llvm::joinErrors(std::move(error), addPassesOf(pm, insertion.passes));
  };
  insert(PipelinePoint::AfterImport);
  addShapePasses(pm);
  insert(PipelinePoint::AfterShapes);
  addGraphPasses(pm, options);
  if (!options.pruning.empty())
    error = llvm::joinErrors(std::move(error), addPruningPasses(pm, options));
  if (options.endsPruned)
    return error;
  if (options.probes)
    addProbePasses(pm, options);
  else if (!options.quantization.empty())
    addQuantizationPasses(pm, options);
  insert(PipelinePoint::AfterFusion);
  if (kernels)
    addKernelPasses(pm, options);
  return error;
}

} // namespace llmc::pipeline
