// The data behind `llmc.weight` operations that name a file. Files are opened when they are first asked for, and read
// weight by weight.
#ifndef LLMC_COMPILER_IR_WEIGHTSTORE_H
#define LLMC_COMPILER_IR_WEIGHTSTORE_H

#include "compiler/support/InputFile.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace llmc::ir {

class WeightOp;

class WeightStore {
public:
  /// Names of files are relative to `folder`.
  explicit WeightStore(std::string folder) : folder(std::move(folder)) {}

  /// Fills `into` with the bytes of a weight that has no recipe. Callable from several threads.
  llvm::Error read(WeightOp weight, llvm::MutableArrayRef<char> into);
  /// Offers bytes under a name of the form "memory:..." instead of a file.
  void addBlob(llvm::StringRef name, std::vector<char> bytes);
  /// A file that is open already, under the name that weights give it.
  void addFile(llvm::StringRef name, std::shared_ptr<InputFile> file) { files[name] = std::move(file); }
  /// Fails where a file was written to since it was opened: weights that were read before may be others.
  llvm::Error checkUnchanged();

private:
  llvm::Expected<std::shared_ptr<InputFile>> find(llvm::StringRef name);

  std::string folder;
  std::mutex mutex;
  llvm::StringMap<std::shared_ptr<InputFile>> files;
  llvm::StringMap<std::vector<char>> blobs;
};

} // namespace llmc::ir

#endif
