// The folder of an artefact, held open, and the files in it that a compile may touch.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_OUTPUTFOLDER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_OUTPUTFOLDER_H

#include "compiler/codegen/artefact/Manifest.h"
#include "compiler/codegen/artefact/NewFile.h"
#include <sys/types.h>
#include <vector>

namespace llmc::codegen {

/// A file that someone has written down as one of an artefact.
struct ListedFile {
  ArtefactFile file;
  uid_t owner; // of the list: it says nothing about files of others
};

/// Stays what it is: files appear in it and are replaced, each by one call of the system on this very folder, whatever
/// its path names by then. No link in it is followed.
class OutputFolder {
public:
  /// Makes the folder where there is none.
  static llvm::Expected<OutputFolder> open(llvm::StringRef path);
  OutputFolder(OutputFolder &&other);
  OutputFolder &operator=(OutputFolder &&) = delete;
  /// Removes the folders that open() has made, while nothing is in them.
  ~OutputFolder();

  const std::string &path() const { return folderPath; }
  int descriptor() const { return folder; }
  std::string pathOf(llvm::StringRef name) const { return folderPath + "/" + name.str(); }
  llvm::Expected<NewFile> newFile(llvm::StringRef name) const { return NewFile::inFolder(folder, pathOf(name)); }

  /// Waits until no other compile puts files into this folder; a while at most, as others may lock it for their own
  /// reasons, and no longer than the file system knows locks.
  void lock();
  llvm::Error sync();

  /// Fails where a folder has this name, which no file could replace.
  llvm::Error checkName(const std::string &name) const;
  bool has(const std::string &name) const;
  /// All names in the folder that begin so.
  std::vector<std::string> namesThatBegin(llvm::StringRef prefix) const;
  llvm::Error rename(const std::string &from, const std::string &to);

  /// The text of a small regular file and who owns it; nothing where there is none.
  struct OwnedText {
    std::string text;
    uid_t owner;
  };
  std::optional<OwnedText> read(const std::string &name) const;
  /// Gives a file one more name, which nothing has yet, if it is still the one that was listed: a regular file of that
  /// size, digest and owner, and no compile is at work on it.
  std::error_code linkListed(const ListedFile &listed, const std::string &to);
  /// Removes a file if it is still the one that was listed; fails only where that is so.
  std::error_code removeListed(const ListedFile &listed);
  std::error_code remove(const std::string &name);

private:
  /// Its descriptor, which locks it; -1 where it is another one.
  int openListed(const ListedFile &listed) const;
  OutputFolder(std::string path, std::vector<std::string> made) : folderPath(std::move(path)), made(std::move(made)) {}

  std::string folderPath;
  std::vector<std::string> made; // outer ones first
  int folder = -1;
};

} // namespace llmc::codegen

#endif
