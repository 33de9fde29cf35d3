// A folder whose files appear all at once or not at all.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_ATOMICFOLDER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_ATOMICFOLDER_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llmc::codegen {

/// Files are written to a folder beside the final one, which they replace on commit. Whoever is killed in between
/// leaves the old folder or the new one; what else is left is removed by the next one who writes to the same place. A
/// folder that must stay itself, as a mount point, gets its files one by one.
class AtomicFolder {
public:
  static llvm::Expected<AtomicFolder> create(llvm::StringRef path);
  AtomicFolder(AtomicFolder &&other);
  AtomicFolder(const AtomicFolder &) = delete;
  ~AtomicFolder();

  /// Where to write the file that will be called `name`.
  std::string pathOf(llvm::StringRef name) const;

  /// Puts the folder in place. Of the old one those files stay that the new one lacks, unless `isObsolete` says that
  /// they were only part of what is replaced. Where files appear one by one, `last` is the last of them.
  llvm::Error commit(llvm::function_ref<bool(llvm::StringRef)> isObsolete, llvm::StringRef last);

  /// The folder that is replaced.
  const std::string &finalPath() const { return path; }

private:
  AtomicFolder(std::string path, std::string temporary, bool inPlace, int lock)
      : path(std::move(path)), temporary(std::move(temporary)), inPlace(inPlace), lock(lock) {}
  llvm::Error exchange(llvm::function_ref<bool(llvm::StringRef)> isObsolete);
  llvm::Error moveFiles(llvm::function_ref<bool(llvm::StringRef)> isObsolete, llvm::StringRef last);

  std::string path, temporary; // the latter is empty once exchanged
  bool inPlace;                // it lies in the final folder, which stays
  int lock = -1;               // held on the temporary folder as long as its writer lives
};

} // namespace llmc::codegen

#endif
