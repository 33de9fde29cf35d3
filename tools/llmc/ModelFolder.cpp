// Nothing is left behind, however the process ends.
#include "tools/llmc/ModelFolder.h"
#include "llvm/Support/FileSystem.h"

namespace llmc::tools {

llvm::Expected<ModelFolder> ModelFolder::open(const std::string &model, const pipeline::CompileOptions &options) {
  ModelFolder result;
  result.folder = model;
  if (llvm::sys::fs::is_directory(model))
    return result;
  auto compilation = pipeline::Compilation::load(model, options);
  if (!compilation)
    return compilation.takeError();
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  auto made = (*compilation)->makeLibrary();
  if (!made)
    return made.takeError();
  result.library = std::move(made->library);
  return result;
}

} // namespace llmc::tools
