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
