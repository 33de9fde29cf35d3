// A compiled model, wherever it comes from: the folder that was named, or a temporary one into which a model is
// compiled first.
#ifndef LLMC_TOOLS_LLMC_MODELFOLDER_H
#define LLMC_TOOLS_LLMC_MODELFOLDER_H

#include "compiler/pipeline/Compilation.h"

namespace llmc::tools {

class ModelFolder {
public:
  /// `model` is a folder, or a file that is compiled with `options`.
  static llvm::Expected<ModelFolder> open(const std::string &model, const pipeline::CompileOptions &options);
  ~ModelFolder();
  ModelFolder(ModelFolder &&other)
      : folder(std::move(other.folder)), temporary(std::exchange(other.temporary, false)) {}

  const std::string &path() const { return folder; }

private:
  ModelFolder(std::string folder, bool temporary) : folder(std::move(folder)), temporary(temporary) {}

  std::string folder;
  bool temporary;
};

} // namespace llmc::tools

#endif
