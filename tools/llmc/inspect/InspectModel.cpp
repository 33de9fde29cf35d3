// Operations and parameters are counted on the imported graph, everything else on the planned kernels: sizes are all
// resolved there, and fusion has happened.
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/codegen/artefact/WeightsLayout.h"
#include "compiler/ir/Blocks.h"
#include "compiler/ir/Cost.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "tools/llmc/inspect/ModelReport.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace llmc::tools {
namespace {

void countOperations(func::FuncOp function, ModelReport &report) {
  llvm::MapVector<StringRef, int64_t> counts;
  for (Block *block : ir::tensorBlocks(function))
    for (Operation &op : block->without_terminator()) {
      bool onTensors = isa<ir::LlmcDialect>(op.getDialect()) || isa<ir::InferDimsInterface>(op); // of plugins
      if (!isa<ir::GetWeightOp, ir::ConstantOp>(op))
        ++counts[onTensors ? op.getName().getStringRef() : StringRef("shape arithmetic")];
    }
  for (auto &[kind, count] : counts)
    report.operations.push_back({kind.str(), count});
  llvm::sort(report.operations,
             [](auto &a, auto &b) { return std::make_pair(-a.second, a.first) < std::make_pair(-b.second, b.first); });
}

void countParameters(ModuleOp module, ModelReport &report) {
  int64_t count = 0;
  for (auto weight : module.getOps<ir::WeightOp>())
    if (!weight.hasRecipe())
      count += weight.getTensorType().getNumElements();
  report.parameters = count;
}

void describeKernels(func::FuncOp function, ir::DimAnalysis &dims, ModelReport &report) {
  function.walk([&](ir::KernelOp kernel) {
    KernelReport row = {
        "", kernel.getAnchorName().str(), {}, ir::nodesOf(kernel.getLoc()), {}, {}, ir::explain(kernel), {}, {}};
    for (Operation &op : kernel.getBody().front().without_terminator())
      row.operations.push_back(op.getName().stripDialect().str());
    row.flops = ir::flopsOf(kernel, dims);
    row.byteOps = ir::byteOpsOf(kernel, dims);
    row.halfFlops = ir::halfFlopsOf(kernel, dims);
    row.traffic = ir::trafficOf(kernel, dims);
    report.kernels.push_back(std::move(row));
  });
}

} // namespace

void ModelReport::choose(size_t number) {
  VariantReport &chosen = variants[number];
  variant = number;
  arena = chosen.arena;
  kernels = {kernels.begin() + chosen.firstKernel, kernels.begin() + chosen.firstKernel + chosen.kernelCount};
}

std::optional<ir::DimExpr> ModelReport::sum(std::optional<ir::DimExpr> KernelReport::*field) const {
  ir::DimExpr total;
  for (const KernelReport &kernel : kernels) {
    if (!(kernel.*field))
      return std::nullopt;
    total = total + *(kernel.*field);
  }
  return total;
}

llvm::Expected<ModelReport> inspectModel(const std::string &path, const pipeline::CompileOptions &options) {
  auto loaded = pipeline::Compilation::load(path, options);
  if (!loaded)
    return loaded.takeError();
  pipeline::Compilation &compilation = **loaded;
  if (!compilation.function())
    return llvm::createStringError(path + " holds no function");
  ModelReport report;
  report.name = compilation.modelName().str();
  report.source = "operations and parameters counted on the imported graph; the rest on its kernels, not measured";
  countOperations(compilation.function(), report);
  countParameters(compilation.module(), report);
  if (llvm::Error error = compilation.runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  ir::DimAnalysis dims(compilation.function());
  codegen::ModelFacts facts;
  codegen::describeInterface(compilation.function(), dims, facts);
  report.sizes = facts.sizes;
  report.inputs = facts.inputs;
  report.outputs = facts.outputs;
  report.states = facts.states;
  report.weightsBytes = codegen::WeightsLayout(compilation.module(), compilation.functions()).totalBytes();
  report.arena = ir::readArenaPlan(compilation.function(), dims);
  describeKernels(compilation.function(), dims, report);
  report.variants.push_back({"", 0, report.kernels.size(), report.arena});
  return report;
}

} // namespace llmc::tools
