// The data behind `llmc.weight` operations that name a file. Files are mapped when they are first asked for, never
// copied.
#ifndef LLMC_COMPILER_IR_WEIGHTSTORE_H
#define LLMC_COMPILER_IR_WEIGHTSTORE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace mlir {
class RankedTensorType;
}

namespace llmc::ir {

class WeightOp;

/// Bytes of a tensor, row-major; a bool takes one byte.
uint64_t byteSize(mlir::RankedTensorType type);

class WeightStore {
public:
  /// Names of files are relative to `folder`.
  explicit WeightStore(std::string folder) : folder(std::move(folder)) {}

  /// The bytes of a weight that has no recipe. They live as long as the store. Callable from several threads.
  llvm::Expected<llvm::ArrayRef<char>> data(WeightOp weight);
  /// Offers bytes under a name of the form "memory:..." instead of a file.
  void addBlob(llvm::StringRef name, std::vector<char> bytes);
  /// Uses bytes that outlive the store in place of the file of this name.
  void addView(llvm::StringRef name, llvm::StringRef bytes);

private:
  llvm::Expected<llvm::StringRef> contents(llvm::StringRef file);

  std::string folder;
  std::mutex mutex;
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> files;
  llvm::StringMap<std::vector<char>> blobs;
};

} // namespace llmc::ir

#endif
