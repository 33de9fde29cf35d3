// The manifest holds what the compiler knew; the library tells what it was built for, which no one can edit by hand.
#include "compiler/support/FileError.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/inspect/ModelReport.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"

namespace json = llvm::json;

namespace llmc::tools {
namespace {

std::vector<std::string> strings(const json::Array *array) {
  std::vector<std::string> texts;
  if (array)
    for (const json::Value &value : *array)
      texts.push_back(value.getAsString().value_or("").str());
  return texts;
}

std::optional<ir::DimExpr> formula(const json::Object &object, llvm::StringRef key) {
  auto text = object.getString(key);
  return text ? ir::DimExpr::parse(*text) : std::nullopt;
}

void readKernels(const json::Object &manifest, ModelReport &report) {
  const json::Array *kernels = manifest.getArray("kernels");
  if (!kernels)
    return;
  for (const json::Value &value : *kernels)
    if (const json::Object *kernel = value.getAsObject())
      report.kernels.push_back({kernel->getString("function").value_or("").str(),
                                kernel->getString("anchor").value_or("").str(), strings(kernel->getArray("operations")),
                                strings(kernel->getArray("nodes")), formula(*kernel, "flops"),
                                formula(*kernel, "traffic_bytes")});
}

void readArena(const json::Object &manifest, ModelReport &report) {
  const json::Array *places = manifest.getArray("memory");
  if (!places)
    return;
  auto count = static_cast<int64_t>(places->size());
  for (const json::Value &value : *places) {
    const json::Object *place = value.getAsObject();
    if (!place)
      continue;
    ir::ArenaSlot slot = {formula(*place, "bytes").value_or(ir::DimExpr(0)),
                          {},
                          place->getInteger("first_kernel").value_or(0),
                          place->getInteger("last_kernel").value_or(0)};
    if (const json::Array *below = place->getArray("below"))
      for (const json::Value &number : *below)
        if (auto index = number.getAsInteger(); index && *index >= 0 && *index < count)
          slot.below.push_back(*index);
    report.arena.push_back(std::move(slot));
  }
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
  report.symbols = model.symbols();
}

} // namespace

llvm::Expected<ModelReport> inspectArtefact(const std::string &folder) {
  auto model = LoadedModel::open(folder, /*threads=*/1);
  if (!model)
    return model.takeError();
  auto text = llvm::MemoryBuffer::getFile(folder + "/manifest.json");
  if (!text)
    return fileError(text.getError(), "can't read " + folder + "/manifest.json");
  auto manifest = json::parse((*text)->getBuffer());
  if (!manifest)
    return llvm::createStringError(folder + "/manifest.json: " + llvm::toString(manifest.takeError()));
  const json::Object *object = manifest->getAsObject();
  if (!object)
    return llvm::createStringError(folder + "/manifest.json holds no object");
  ModelReport report;
  report.source = "told by the library and its manifest";
  askLibrary(**model, report);
  report.levels = strings(object->getArray("levels"));
  readKernels(*object, report);
  readArena(*object, report);
  if (report.kernels.size() != (*model)->info().kernel_count)
    return llvm::createStringError(folder + "/manifest.json lists " + std::to_string(report.kernels.size()) +
                                   " kernels but the library has " + std::to_string((*model)->info().kernel_count) +
                                   "; try: compile the model again");
  return report;
}

} // namespace llmc::tools
