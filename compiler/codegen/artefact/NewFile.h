// A file that has no name until it is complete.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_NEWFILE_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_NEWFILE_H

#include "llmc/digest.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llmc::codegen {

/// Goes with this object, or with the process however that ends, unless it is given a name. File systems without such
/// files (O_TMPFILE) get one with a random name instead, which only this object removes.
class NewFile {
public:
  /// A file of the folder behind a descriptor, which must outlive it, with the rights that the umask leaves. Messages
  /// call it `shownAs`.
  static llvm::Expected<NewFile> inFolder(int folder, llvm::StringRef shownAs);
  /// A file in memory.
  static llvm::Expected<NewFile> inMemory(llvm::StringRef shownAs);
  NewFile(NewFile &&other);
  NewFile &operator=(NewFile &&other);
  ~NewFile();

  int descriptor() const { return file; }
  /// What messages call it.
  const std::string &shownAs() const { return label; }
  /// By which this process can open it.
  std::string path() const { return "/proc/self/fd/" + std::to_string(file); }
  llvm::Expected<uint64_t> size() const;

  /// Writes at `offset`.
  llvm::Error write(llvm::StringRef bytes, uint64_t offset);
  /// Writes `bytes` bytes of another file at `offset`; no memory holds them.
  llvm::Error copyFrom(const NewFile &other, uint64_t from, uint64_t bytes, uint64_t offset);
  /// On the disk when this returns.
  llvm::Error sync();
  /// Gives it a name in its folder that nothing has. False where something has it.
  llvm::Expected<bool> appearAs(const std::string &name);

private:
  NewFile(int file, int folder, std::string label) : file(file), folder(folder), label(std::move(label)) {}
  llvm::Error failure(const char *what = "can't write") const;

  int file, folder;
  std::string label;
  std::string randomName; // empty: it has none
};

/// Adds what a file holds from `begin` to `end` to a digest, read piece by piece: neither does the file become part of
/// this process's memory, nor is it a fault when someone cuts it short meanwhile.
llvm::Error addToDigest(runtime::Digest &digest, int file, uint64_t begin, uint64_t end, llvm::StringRef shownAs);
/// XXH64 of the first bytes of a file.
llvm::Expected<uint64_t> digestOfFile(int file, uint64_t bytes, llvm::StringRef shownAs);

/// fsync of a file or folder; what can't be synced on its file system is as safe as it gets.
std::error_code syncDescriptor(int descriptor);

} // namespace llmc::codegen

#endif
