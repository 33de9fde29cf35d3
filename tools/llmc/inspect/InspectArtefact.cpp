// The manifest holds what the compiler knew; the library tells what it was built for, which no one can edit by hand.
#include "compiler/codegen/artefact/ManifestReader.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/inspect/ModelReport.h"

namespace json = llvm::json;

namespace llmc::tools {
namespace {

std::vector<ir::Explanation> decisionsIn(const json::Object &kernel) {
  std::vector<ir::Explanation> decisions;
  if (const json::Array *list = kernel.getArray("decisions"))
    for (const json::Value &value : *list)
      if (const json::Object *decision = value.getAsObject())
        decisions.push_back(
            {decision->getString("what").value_or("").str(), decision->getString("why").value_or("").str()});
  return decisions;
}

std::vector<ir::ArenaSlot> arenaIn(const json::Object &owner) {
  std::vector<ir::ArenaSlot> arena;
  const json::Array *places = owner.getArray("memory");
  if (!places)
    return arena;
  auto count = static_cast<int64_t>(places->size());
  for (const json::Value &value : *places) {
    const json::Object *place = value.getAsObject();
    if (!place)
      continue;
    ir::ArenaSlot slot = {codegen::formulaIn(*place, "bytes").value_or(ir::DimExpr(0)),
                          {},
                          place->getInteger("first_kernel").value_or(0),
                          place->getInteger("last_kernel").value_or(0)};
    if (const json::Array *below = place->getArray("below"))
      for (const json::Value &number : *below)
        if (auto index = number.getAsInteger(); index && *index >= 0 && *index < count)
          slot.below.push_back(*index);
    arena.push_back(std::move(slot));
  }
  return arena;
}

/// As the library tells them, with the memory that the manifest tells.
std::vector<VariantReport> variantsIn(const json::Object &manifest, const LoadedModel &model) {
  const json::Array *listed = manifest.getArray("variants");
  std::vector<VariantReport> variants;
  for (const auto &[dims, firstKernel, kernelCount] : model.variants()) {
    size_t number = variants.size();
    const json::Object *owner = number == 0 ? &manifest : nullptr;
    if (!owner && listed && number <= listed->size())
      owner = (*listed)[number - 1].getAsObject();
    variants.push_back({dims, firstKernel, kernelCount, owner ? arenaIn(*owner) : std::vector<ir::ArenaSlot>()});
  }
  return variants;
}

void askLibrary(const LoadedModel &model, ModelReport &report) {
  const llmc_model_info &info = model.info();
  report.name = info.name;
  report.compiler = info.compiler;
  report.cpu = info.cpu;
  report.weightsBytes = static_cast<int64_t>(info.weights_bytes);
  report.weightsDigest = info.weights_digest;
  report.inputs = model.inputs();
  report.outputs = model.outputs();
  report.states = model.states();
  report.sizes = model.sizes();
}

} // namespace

std::vector<RemovalReport> removalsIn(const json::Object &manifest) {
  std::vector<RemovalReport> removals;
  if (const json::Array *list = manifest.getArray("pruning"))
    for (const json::Value &value : *list)
      if (const json::Object *removal = value.getAsObject())
        removals.push_back({removal->getString("kind").value_or("").str(), removal->getInteger("left").value_or(0),
                            removal->getInteger("of").value_or(0), codegen::textsOf(removal->getArray("nodes")),
                            removal->getString("why").value_or("").str()});
  return removals;
}

std::vector<KernelReport> kernelsIn(const json::Object &manifest) {
  std::vector<KernelReport> reports;
  if (const json::Array *kernels = manifest.getArray("kernels"))
    for (const json::Value &value : *kernels)
      if (const json::Object *kernel = value.getAsObject())
        reports.push_back(
            {kernel->getString("function").value_or("").str(), kernel->getString("anchor").value_or("").str(),
             codegen::textsOf(kernel->getArray("operations")), codegen::textsOf(kernel->getArray("nodes")),
             codegen::formulaIn(*kernel, "flops"), codegen::formulaIn(*kernel, "traffic_bytes"), decisionsIn(*kernel),
             codegen::formulaIn(*kernel, "byte_ops"), codegen::formulaIn(*kernel, "bf16_flops")});
  return reports;
}

llvm::Expected<ModelReport> inspectArtefact(const std::string &folder) {
  auto model = LoadedModel::open(folder, /*threads=*/1);
  if (!model)
    return model.takeError();
  const json::Object &manifest = (*model)->manifest();
  if (manifest.empty())
    return llvm::createStringError(folder + " has no manifest; try: compile the model again");
  ModelReport report;
  report.source = "told by the library and its manifest";
  askLibrary(**model, report);
  report.levels = codegen::levelsIn(manifest);
  report.removals = removalsIn(manifest);
  report.kernels = kernelsIn(manifest);
  report.variants = variantsIn(manifest, **model);
  report.arena = report.variants.front().arena;
  if (report.kernels.size() != (*model)->info().kernel_count)
    return llvm::createStringError("the manifest in " + folder + " lists " + std::to_string(report.kernels.size()) +
                                   " kernels but the library has " + std::to_string((*model)->info().kernel_count) +
                                   "; try: compile the model again");
  return report;
}

} // namespace llmc::tools
