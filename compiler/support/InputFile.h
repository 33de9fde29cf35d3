// A file of somebody else, who may change it while it is read. It is never mapped: a mapping of a file that becomes
// shorter ends the process.
#ifndef LLMC_COMPILER_SUPPORT_INPUTFILE_H
#define LLMC_COMPILER_SUPPORT_INPUTFILE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <sys/stat.h>

namespace llmc {

class InputFile {
public:
  /// Opens a regular file. Devices and pipes are refused before they are opened, since opening one may block.
  static llvm::Expected<std::shared_ptr<InputFile>> open(llvm::StringRef path);
  /// Bytes that outlive the result, under the name of a file.
  static std::shared_ptr<InputFile> inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes);
  ~InputFile();

  /// When it was opened.
  uint64_t size() const { return bytes; }
  /// Without symlinks; empty for one in memory.
  llvm::StringRef realPath() const { return real; }
  bool isInMemory() const { return descriptor < 0; }

  /// Fills `into` from `offset` on. Fails where the file has become shorter. Callable from several threads.
  llvm::Error read(uint64_t offset, llvm::MutableArrayRef<char> into) const;
  /// Fails where somebody has written to the file since it was opened. Another file in its place does no harm.
  llvm::Error checkUnchanged() const;

private:
  InputFile() = default;
  llvm::Error changed() const;

  std::string name, real;
  uint64_t bytes = 0;
  int descriptor = -1;
  struct stat opened = {};
  const uint8_t *memory = nullptr;
};

} // namespace llmc

#endif
