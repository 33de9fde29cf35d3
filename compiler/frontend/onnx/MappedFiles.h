// The files of a model, mapped into memory: file 0 is the model itself, the others hold its
// external data. A file is mapped when first asked for, once, and stays until the end; only the
// pages that are read take memory. A file that another process shortens while it is mapped ends
// this process with SIGBUS, as with every use of mmap.
#pragma once

#include "compiler/frontend/onnx/OnnxDiagnostics.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <deque>
#include <string>

namespace llmc::frontend {

class MappedFiles {
public:
  /// Maps the model file itself.
  static llvm::Expected<MappedFiles> open(llvm::StringRef modelPath, const OnnxReporter &reporter);

  /// A model that is in memory already, which must outlive the result. Its external data lies in `folder`; there is
  /// none where that is empty.
  static llvm::Expected<MappedFiles> inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes,
                                              llvm::StringRef folder, const OnnxReporter &reporter);

  /// The index of the data file at `location`, a path relative to the model's folder. It has to lie
  /// in that folder after all symlinks are followed, or, if the model is a symlink itself (as in
  /// Hugging Face's cache), in the folder where the model really is. `where` names the tensor in
  /// errors.
  llvm::Expected<unsigned> find(llvm::StringRef location, llvm::StringRef where, const OnnxReporter &reporter);

  size_t size() const { return files.size(); }
  llvm::ArrayRef<uint8_t> bytes(unsigned file) const { return files[file].view; }

  /// As the model names it: the path given to open() for file 0, else a location.
  llvm::StringRef name(unsigned file) const { return files[file].name; }
  /// Where locations start from, as the user named it; "." for a model in the working directory.
  llvm::StringRef dataFolder() const { return folder.empty() ? "." : llvm::StringRef(folder); }
  bool isInMemory() const { return !files.front().region; }

private:
  struct File {
    std::string name;
    std::string realPath;
    llvm::sys::fs::mapped_file_region region; ///< none for an empty file, or one in memory
    llvm::ArrayRef<uint8_t> view;
  };

  static llvm::Expected<File> map(llvm::StringRef path, std::string name);
  bool isInside(llvm::StringRef realPath) const;

  bool hasFolder = true;                   ///< false for a model in memory without external data
  std::string folder;                      ///< as the user named it
  std::string realFolder, realModelFolder; ///< without symlinks
  std::deque<File> files;
  llvm::StringMap<unsigned> indexOfLocation;
};

} // namespace llmc::frontend
