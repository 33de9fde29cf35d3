// A compiled model, wherever it comes from: the folder that was named, or a library that is made of a model first.
#ifndef LLMC_TOOLS_LLMC_MODELFOLDER_H
#define LLMC_TOOLS_LLMC_MODELFOLDER_H

#include "compiler/pipeline/Compilation.h"

namespace llmc::tools {

class ModelFolder {
public:
  /// `model` is a folder, or a file that is compiled with `options`. What is made of it has no name in any folder, and
  /// goes with this object.
  static llvm::Expected<ModelFolder> open(const std::string &model, const pipeline::CompileOptions &options);

  /// The folder or library, as LoadedModel takes it.
  std::string path() const { return library ? library->path() : folder; }

private:
  std::string folder;
  std::optional<codegen::LibraryFile> library;
};

} // namespace llmc::tools

#endif
