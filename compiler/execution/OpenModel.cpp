#include "compiler/execution/OpenModel.h"
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

llvm::Error OpenModel::bind(llvm::ArrayRef<llmc_tensor> inputs) const {
  for (uint32_t i = 0; i < inputs.size(); ++i)
    if (llvm::Error error = check(api->context_bind_input(created, i, &inputs[i])))
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
  auto info = describe();
  if (!info)
    return info.takeError();
  std::vector<llmc_tensor> outputs(info->output_count);
  for (uint32_t i = 0; i < outputs.size(); ++i) {
    outputs[i].size = sizeof(llmc_tensor);
    if (llvm::Error error = check(api->context_output(created, i, &outputs[i])))
      return std::move(error);
  }
  return outputs;
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
