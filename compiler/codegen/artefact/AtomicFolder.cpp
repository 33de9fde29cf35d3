// Exchanges folders by one rename.
#include "compiler/codegen/artefact/AtomicFolder.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

namespace llmc::codegen {

namespace fs = llvm::sys::fs;

llvm::Expected<AtomicFolder> AtomicFolder::create(llvm::StringRef path) {
  llvm::SmallString<256> full(path);
  fs::make_absolute(full);
  llvm::sys::path::remove_dots(full, /*remove_dot_dot=*/true);
  while (full.size() > 1 && full.back() == '/')
    full.pop_back();
  if (fs::exists(full) && !fs::is_directory(full))
    return llvm::createStringError("can't write to " + path + ": it is a file, not a folder");
  llvm::StringRef parent = llvm::sys::path::parent_path(full);
  if (std::error_code error = fs::create_directories(parent))
    return llvm::createStringError(error, "can't make the folder " + parent);
  llvm::SmallString<256> temporary;
  if (std::error_code error = fs::createUniqueDirectory(full, temporary))
    return llvm::createStringError(error, "can't write beside " + path);
  // createUniqueDirectory answers to TMPDIR for relative names only; ours is absolute. It is private, artefacts are
  // not.
  ::chmod(temporary.c_str(), 0755);
  return AtomicFolder(full.str().str(), temporary.str().str());
}

AtomicFolder::AtomicFolder(AtomicFolder &&other) : path(std::move(other.path)), temporary(std::move(other.temporary)) {
  other.temporary.clear();
}

AtomicFolder::~AtomicFolder() {
  if (!temporary.empty())
    fs::remove_directories(temporary);
}

std::string AtomicFolder::pathOf(llvm::StringRef name) const { return temporary + "/" + name.str(); }

llvm::Error AtomicFolder::commit() {
  bool replaces = fs::exists(path);
  unsigned flags = replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), flags) != 0)
    return llvm::createStringError(std::error_code(errno, std::generic_category()), "can't put " + path + " in place");
  if (replaces) {
    // What the new folder lacks moves over from the old one.
    std::error_code error;
    for (fs::directory_iterator it(temporary, error), end; !error && it != end; it.increment(error)) {
      llvm::SmallString<256> kept(path);
      llvm::sys::path::append(kept, llvm::sys::path::filename(it->path()));
      if (!fs::exists(kept))
        fs::rename(it->path(), kept);
    }
    fs::remove_directories(temporary);
  }
  temporary.clear();
  return llvm::Error::success();
}

} // namespace llmc::codegen
