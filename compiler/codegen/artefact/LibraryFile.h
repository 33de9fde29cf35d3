// NAME.so as a file: what it says of itself before anything of it is mapped or run.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYFILE_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_LIBRARYFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Support/Error.h"
#include <string>
#include <sys/types.h>
#include <vector>

namespace llmc::codegen {

/// Stays open, so whatever happens to the path meanwhile, all answers are about one file.
class LibraryFile {
public:
  /// Fails unless it is a regular file, a shared library, and as long as its headers say: the dynamic linker believes
  /// them, and mapping a file that is shorter ends the process.
  static llvm::Expected<LibraryFile> open(llvm::StringRef path);
  /// The same in the folder behind a descriptor, where no link is followed.
  static llvm::Expected<LibraryFile> openIn(int folder, llvm::StringRef name);
  /// The same of a file that is open. The descriptor is copied.
  static llvm::Expected<LibraryFile> of(int file, llvm::StringRef shownAs);
  LibraryFile(LibraryFile &&other);
  LibraryFile &operator=(LibraryFile &&other);
  ~LibraryFile();

  /// What messages call it.
  const std::string &shownAs() const { return label; }
  /// By which this process can open the very file.
  std::string path() const { return "/proc/self/fd/" + std::to_string(file); }
  uid_t owner() const { return ownedBy; }
  uint16_t machine() const { return header.e_machine; }
  /// The manifest that it carries; "" where it has none.
  const std::string &manifest() const { return manifestText; }

  /// Of everything that is mapped, but for the weights and what `strip` may change.
  llvm::Expected<uint64_t> digestOfCode() const;
  /// Fails where the code is not that which was compiled. A library without a manifest has no digest to compare with.
  llvm::Error checkCode() const;
  /// XXH64 of `bytes` bytes of weights in it.
  llvm::Expected<uint64_t> digestOfWeights(uint64_t bytes) const;

  /// Where in the file the digest of the code stands; 0 where it has none.
  uint64_t digestOffset() const { return digestPlace; }

private:
  LibraryFile(int file, std::string label) : file(file), label(std::move(label)) {}
  static llvm::Expected<LibraryFile> opened(int file, llvm::StringRef shownAs);
  llvm::Error read();
  llvm::Error readBytes(void *bytes, uint64_t count, uint64_t offset) const;
  llvm::Error readNote(const llvm::ELF::Elf64_Phdr &segment);
  llvm::Error damaged(const llvm::Twine &why) const;

  int file;
  std::string label, manifestText;
  uid_t ownedBy = 0;
  uint64_t fileBytes = 0, digestPlace = 0, codeDigest = 0, weightsAddress = 0;
  llvm::ELF::Elf64_Ehdr header = {};
  std::vector<llvm::ELF::Elf64_Phdr> segments;
};

} // namespace llmc::codegen

#endif
