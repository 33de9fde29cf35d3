#include "compiler/execution/OpenModel.h"
#include "llmc/dtype.h"
#include "llvm/ADT/STLExtras.h"
#include <dlfcn.h>

namespace llmc::execution {

llvm::Expected<std::unique_ptr<OpenModel>> OpenModel::open(const std::string &path, llvm::StringRef shownAs,
                                                           uint32_t threads) {
  std::unique_ptr<OpenModel> result(new OpenModel);
  result->library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!result->library)
    return llvm::createStringError("can't load the compiled model " + shownAs + ": " + dlerror());
  using GetApi = const llmc_api *(*)(uint32_t);
  auto getApi = reinterpret_cast<GetApi>(dlsym(result->library, "llmc_get_api"));
  result->api = getApi ? getApi(LLMC_API_VERSION) : nullptr;
  if (!result->api)
    return llvm::createStringError(shownAs + " was made by another version of llmc; try: compile the model again");
  char message[512] = "";
  llmc_model_options options = {};
  options.size = sizeof(options);
  options.message = message;
  options.message_bytes = sizeof(message);
  if (result->api->model_open(&options, &result->opened) != LLMC_OK)
    return llvm::createStringError(message);
  llmc_context_options contextOptions = {};
  contextOptions.size = sizeof(contextOptions);
  contextOptions.threads = threads;
  contextOptions.message = message;
  contextOptions.message_bytes = sizeof(message);
  if (result->api->context_create(result->opened, &contextOptions, &result->created) != LLMC_OK)
    return llvm::createStringError(message);
  return result;
}

llvm::Error OpenModel::check(llmc_status status) const {
  return status == LLMC_OK ? llvm::Error::success() : llvm::createStringError(messageOf(status));
}

llvm::Expected<llmc_model_info> OpenModel::describe() const {
  llmc_model_info info = {};
  info.size = sizeof(info);
  if (llvm::Error error = check(api->model_describe(opened, &info)))
    return std::move(error);
  return info;
}

/// Whether a record, which may be damaged, is about inputs and outputs like these.
static bool fits(const ir::NarrowCache &cache, llvm::ArrayRef<llmc_tensor_info> inputs,
                 llvm::ArrayRef<llmc_tensor_info> outputs) {
  auto is = [&](llvm::ArrayRef<llmc_tensor_info> tensors, unsigned number, uint32_t dtype) {
    return number < tensors.size() && tensors[number].dtype == dtype && cache.axis < tensors[number].rank;
  };
  bool hasSteps = cache.codes == LLMC_DTYPE_I8;
  return is(inputs, cache.input, cache.codes) && is(outputs, cache.output, cache.codes) &&
         llvm::is_contained({LLMC_DTYPE_F32, LLMC_DTYPE_F16, LLMC_DTYPE_BF16}, cache.dtype) &&
         (hasSteps || cache.codes == LLMC_DTYPE_F16 || cache.codes == LLMC_DTYPE_BF16) &&
         hasSteps == cache.steps.has_value() &&
         (!hasSteps ||
          (is(inputs, cache.steps->input, LLMC_DTYPE_F32) && is(outputs, cache.steps->output, LLMC_DTYPE_F32)));
}

llvm::Error OpenModel::takeFloatsFor(llvm::ArrayRef<ir::NarrowCache> caches) {
  if (caches.empty())
    return llvm::Error::success();
  auto info = describe();
  if (!info)
    return info.takeError();
  auto tensorsOf = [&](auto function, uint32_t count) {
    std::vector<llmc_tensor_info> tensors(count);
    for (uint32_t i = 0; i < count; ++i) {
      tensors[i].size = sizeof(llmc_tensor_info);
      function(opened, i, &tensors[i]);
    }
    return tensors;
  };
  auto inputs = tensorsOf(api->model_input, info->input_count),
       outputs = tensorsOf(api->model_output, info->output_count);
  if (llvm::all_of(caches, [&](const ir::NarrowCache &cache) { return fits(cache, inputs, outputs); }))
    narrow = std::make_unique<reference::NarrowCaches>(caches);
  return llvm::Error::success();
}

std::vector<llmc_tensor> OpenModel::valuesFor(llvm::ArrayRef<llmc_tensor> inputs) const {
  areFloatsBound = narrow && narrow->areFloats(inputs);
  return areFloatsBound ? narrow->inputsFor(inputs) : inputs.vec();
}

llvm::Error OpenModel::bind(llvm::ArrayRef<llmc_tensor> inputs) const {
  std::vector<llmc_tensor> values = valuesFor(inputs);
  for (uint32_t i = 0; i < values.size(); ++i)
    if (llvm::Error error = check(api->context_bind_input(created, i, &values[i])))
      return error;
  return llvm::Error::success();
}

llvm::Error OpenModel::execute(llmc_run_options options) const {
  options.size = sizeof(options);
  return check(api->context_run(created, &options));
}

llvm::Expected<std::vector<llmc_tensor>> OpenModel::run(llvm::ArrayRef<llmc_tensor> inputs) const {
  if (llvm::Error error = bind(inputs))
    return std::move(error);
  if (llvm::Error error = execute({}))
    return std::move(error);
  return outputs();
}

llvm::Expected<std::vector<llmc_tensor>> OpenModel::outputs() const {
  auto info = describe();
  if (!info)
    return info.takeError();
  std::vector<llmc_tensor> outputs(info->output_count);
  for (uint32_t i = 0; i < outputs.size(); ++i) {
    outputs[i].size = sizeof(llmc_tensor);
    if (llvm::Error error = check(api->context_output(created, i, &outputs[i])))
      return std::move(error);
  }
  return areFloatsBound ? narrow->outputsOf(outputs) : outputs;
}

llvm::Expected<std::vector<double>> OpenModel::kernelSeconds() const {
  auto info = describe();
  if (!info)
    return info.takeError();
  std::vector<llmc_kernel_time> times(info->kernel_count);
  if (llvm::Error error = check(api->context_profile(created, times.data(), static_cast<uint32_t>(times.size()))))
    return std::move(error);
  std::vector<double> seconds;
  for (const llmc_kernel_time &time : times)
    seconds.push_back(static_cast<double>(time.nanoseconds) * 1e-9);
  return seconds;
}

OpenModel::~OpenModel() {
  if (created)
    api->context_destroy(created);
  if (opened)
    api->model_close(opened);
  if (library)
    dlclose(library);
}

std::string OpenModel::messageOf(llmc_status status) const {
  llvm::StringRef given = api->context_message(created);
  return given.empty() ? api->status_text(status) : given.str();
}

} // namespace llmc::execution
