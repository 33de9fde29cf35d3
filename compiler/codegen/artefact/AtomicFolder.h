// A folder whose files appear all at once or not at all.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_ATOMICFOLDER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_ATOMICFOLDER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace llmc::codegen {

/// Files are written to a folder beside the final one, which they replace on commit. Whoever is killed in between
/// leaves the old folder as it was (and at worst the temporary one). Other files of the old folder are kept.
class AtomicFolder {
public:
  static llvm::Expected<AtomicFolder> create(llvm::StringRef path);
  AtomicFolder(AtomicFolder &&other);
  AtomicFolder(const AtomicFolder &) = delete;
  ~AtomicFolder();

  /// Where to write the file that will be called `name`.
  std::string pathOf(llvm::StringRef name) const;
  llvm::Error commit();

private:
  AtomicFolder(std::string path, std::string temporary) : path(std::move(path)), temporary(std::move(temporary)) {}

  std::string path, temporary; // the latter is empty once committed
};

} // namespace llmc::codegen

#endif
