// The temporary folder goes with the object.
#include "tools/llmc/ModelFolder.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"

namespace llmc::tools {

llvm::Expected<ModelFolder> ModelFolder::open(const std::string &model, const pipeline::CompileOptions &options) {
  if (llvm::sys::fs::is_directory(model))
    return ModelFolder(model, /*temporary=*/false);
  llvm::SmallString<128> path;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("llmc-run", path))
    return fileError(code, "can't make a temporary folder");
  ModelFolder result(path.str().str(), /*temporary=*/true);
  auto compilation = pipeline::Compilation::load(model, options);
  if (!compilation)
    return compilation.takeError();
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  auto facts = (*compilation)->writeArtefact(result.folder);
  if (!facts)
    return facts.takeError();
  return result;
}

ModelFolder::~ModelFolder() {
  if (temporary)
    llvm::sys::fs::remove_directories(folder);
}

} // namespace llmc::tools
