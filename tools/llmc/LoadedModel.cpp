// Calls through the model's function table.
#include "tools/llmc/LoadedModel.h"
#include "compiler/codegen/artefact/ManifestReader.h"
#include "compiler/support/UsageError.h"
#include "tools/llmc/ApiTensors.h"
#include "tools/llmc/inspect/CheckArtefact.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVectorExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"

namespace llmc::tools {

llvm::Expected<std::unique_ptr<LoadedModel>> LoadedModel::open(llvm::StringRef path, uint32_t threads) {
  auto artefact = findArtefact(path);
  if (!artefact)
    return artefact.takeError();
  if (!artefact->library)
    return llvm::createStringError(path + " holds no library of its model; try: llmc compile with --emit=so");
  ArtefactVerdict verdict = checkArtefact(*artefact, CheckDepth::Loadable); // loading damaged code could do anything
  if (!artefact->manifest.empty() && !verdict.problems.empty())
    return llvm::createStringError(path + ": " + verdict.problems.front());
  return open(std::move(*artefact), threads);
}

llvm::Expected<std::unique_ptr<LoadedModel>> LoadedModel::open(FoundArtefact artefact, uint32_t threads) {
  std::unique_ptr<LoadedModel> loaded(new LoadedModel(std::move(artefact)));
  loaded->sizeRules.rules = codegen::sizeRulesIn(loaded->manifest());
  // The very file that was looked at, which stays open as long: the dynamic linker tells libraries apart by their
  // paths. Libraries of older versions look for weights beside the path by which they were loaded.
  const codegen::LibraryFile &file = *loaded->artefact.library;
  llvm::SmallString<256> path(file.manifest().empty() ? file.shownAs() : file.path());
  llvm::sys::fs::make_absolute(path); // dlopen searches for names without a slash
  auto opened = execution::OpenModel::open(path.str().str(), file.shownAs(), threads);
  if (!opened)
    return opened.takeError();
  loaded->running = std::move(*opened);
  if (llvm::Error error = loaded->describe())
    return std::move(error);
  if (llvm::Error error = loaded->running->takeFloatsFor(codegen::cachesIn(loaded->manifest())))
    return std::move(error);
  return loaded;
}

llvm::Error LoadedModel::check(llmc_status status) {
  if (status == LLMC_OK)
    return llvm::Error::success();
  std::string message = running->messageOf(status);
  switch (status) {
  case LLMC_ERROR_SHAPE_MISMATCH:
    return usageError(message + "; try: llmc inspect shows what sizes it takes, --dim NAME=VALUE sets those of random "
                                "inputs");
  case LLMC_ERROR_TYPE_MISMATCH:
    return usageError(message + "; try: llmc inspect shows what types it takes");
  case LLMC_ERROR_CHECK_FAILED:
    return usageError(message + "; try: inputs whose values the model can take");
  default:
    return llvm::createStringError(message);
  }
}

llvm::Error LoadedModel::describe() {
  description.size = sizeof(description);
  if (llvm::Error error = check(functions().model_describe(running->model(), &description)))
    return error;
  auto read = [&](auto function, uint32_t count, std::vector<TensorDeclaration> &list) -> llvm::Error {
    for (uint32_t i = 0; i < count; ++i) {
      llmc_tensor_info info = {};
      info.size = sizeof(info);
      if (llvm::Error error = check(function(running->model(), i, &info)))
        return error;
      list.push_back({info.name, info.dtype, {info.dims, info.dims + info.rank}, {}});
      for (uint32_t axis = 0; axis < info.rank; ++axis)
        list.back().dimTexts.push_back(info.dim_texts[axis]);
    }
    return llvm::Error::success();
  };
  for (uint32_t i = 0; i < description.symbol_count; ++i) {
    llmc_symbol_info info = {};
    info.size = sizeof(info);
    if (llvm::Error error = check(functions().model_symbol(running->model(), i, &info)))
      return error;
    sizeRules.symbols.push_back({info.name, info.least, info.most});
  }
  for (uint32_t i = 0; i < description.state_count; ++i) { // none where an older runtime knows nothing of them
    llmc_state_info info = {};
    info.size = sizeof(info);
    if (llvm::Error error = check(functions().model_state(running->model(), i, &info)))
      return error;
    stateList.push_back({info.input, info.output, static_cast<uint32_t>(info.axis)});
  }
  for (uint32_t i = 0; i < description.variant_count; ++i) {
    llmc_variant_info info = {};
    info.size = sizeof(info);
    if (llvm::Error error = check(functions().model_variant(running->model(), i, &info)))
      return error;
    variantList.push_back({info.dims, info.first_kernel, info.kernel_count});
  }
  if (variantList.empty()) // an older runtime knows nothing of them
    variantList.push_back({"", 0, description.kernel_count});
  if (llvm::Error error = read(functions().model_input, description.input_count, inputList))
    return error;
  return read(functions().model_output, description.output_count, outputList);
}

std::pair<std::vector<TensorDeclaration>, std::vector<TensorDeclaration>> LoadedModel::interfaceOfFloats() const {
  std::pair<std::vector<TensorDeclaration>, std::vector<TensorDeclaration>> result = {inputList, outputList};
  auto &[inputs, outputs] = result;
  llvm::ArrayRef<ir::NarrowCache> caches = running->narrowCaches();
  size_t steps = llvm::count_if(caches, [](const ir::NarrowCache &cache) { return cache.steps.has_value(); });
  for (const ir::NarrowCache &cache : caches)
    inputs[cache.input].dtype = outputs[cache.output].dtype = cache.dtype;
  inputs.resize(inputs.size() - steps); // behind all others
  outputs.resize(outputs.size() - steps);
  return result;
}

llvm::Error LoadedModel::bind(llvm::ArrayRef<HostTensor> tensors) {
  std::vector<llmc_tensor> values = running->valuesFor(llvm::map_to_vector(tensors, viewOf));
  for (uint32_t i = 0; i < values.size(); ++i)
    if (llvm::Error error = check(functions().context_bind_input(running->context(), i, &values[i])))
      return error;
  return llvm::Error::success();
}

llvm::Expected<size_t> LoadedModel::variant() {
  uint32_t number = 0;
  if (variantList.size() > 1)
    if (llvm::Error error = check(functions().context_variant(running->context(), &number)))
      return std::move(error);
  return number;
}

llvm::Error LoadedModel::execute(llmc_run_options options) {
  options.size = sizeof(options);
  return check(functions().context_run(running->context(), &options));
}

llvm::Expected<std::vector<double>> LoadedModel::profiledRun() {
  llmc_run_options options = {};
  options.profile = 1;
  if (llvm::Error error = execute(options))
    return std::move(error);
  return running->kernelSeconds();
}

llvm::Expected<std::vector<HostTensor>> LoadedModel::run(llvm::ArrayRef<HostTensor> tensors,
                                                         const llmc_observer *observer) {
  if (llvm::Error error = bind(tensors))
    return std::move(error);
  llmc_run_options options = {};
  options.observer = observer;
  if (llvm::Error error = execute(options))
    return std::move(error);
  auto outputs = running->outputs();
  if (!outputs)
    return outputs.takeError();
  std::vector<HostTensor> results;
  for (auto [output, declared] : llvm::zip(*outputs, outputList)) {
    results.push_back(copyOf(output));
    results.back().name = declared.name;
  }
  return results;
}

} // namespace llmc::tools
