// The files of a model: file 0 is the model itself, the others hold its external data. A file is opened when first
// asked for, once, and stays open, so that all parts of it come from the same one.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_MODELFILES_H
#define LLMC_COMPILER_FRONTEND_ONNX_MODELFILES_H

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "compiler/support/InputFile.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace llmc::frontend {

class ModelFiles {
public:
  /// Opens the model file itself.
  static llvm::Expected<ModelFiles> open(llvm::StringRef modelPath, const OnnxReporter &reporter);

  /// A model that is in memory already, which must outlive the result. Its external data lies in `folder`; there is
  /// none where that is empty.
  static llvm::Expected<ModelFiles> inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                             llvm::StringRef folder, const OnnxReporter &reporter);

  /// The index of the data file at `location`, a path relative to the model's folder. It has to lie
  /// in that folder after all symlinks are followed, or, if the model is a symlink itself (as in
  /// Hugging Face's cache), in the folder where the model really is. `where` names the tensor in
  /// errors.
  llvm::Expected<unsigned> find(llvm::StringRef location, llvm::StringRef where, const OnnxReporter &reporter);

  size_t size() const { return files.size(); }
  const std::shared_ptr<InputFile> &file(unsigned index) const { return files[index].file; }

  /// As the model names it: the path given to open() for file 0, else a location.
  llvm::StringRef name(unsigned index) const { return files[index].name; }
  /// Where locations start from, as the user named it; "." for a model in the working directory.
  llvm::StringRef dataFolder() const { return folder.empty() ? "." : llvm::StringRef(folder); }
  bool isInMemory() const { return files.front().file->isInMemory(); }
  /// Fails where one of the files was written to since it was opened.
  llvm::Error checkUnchanged() const;
  /// The reason for `error`, which was found in the files: that they were written to, or the error itself.
  llvm::Error blame(llvm::Error error) const;

private:
  struct File {
    std::string name;
    std::shared_ptr<InputFile> file;
  };

  bool isInside(llvm::StringRef realPath) const;

  bool hasFolder = true;                   ///< false for a model in memory without external data
  std::string folder;                      ///< as the user named it
  std::string realFolder, realModelFolder; ///< without symlinks
  std::vector<File> files;
  llvm::StringMap<unsigned> indexOfLocation;
};

} // namespace llmc::frontend

#endif
