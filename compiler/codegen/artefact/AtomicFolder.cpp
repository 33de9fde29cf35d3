// Exchanges folders by one rename. A temporary folder is locked by its writer; one without a lock has lost its writer.
//
// What the old folder has and the new one lacks becomes part of the new one before the exchange, by hard links. So
// after the exchange the temporary name stands for nothing that anyone needs, and a writer may be killed at any point.
//
// A folder that must stay itself (a mount point, the current directory of a shell, one whose parent or owner is someone
// else's) has its files exchanged one by one, the manifest last: until then its digests tell that they do not fit.
#include "compiler/codegen/artefact/AtomicFolder.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace llmc::codegen {

namespace fs = llvm::sys::fs;

/// What temporary folders begin with: "/home/me/.out.llmc-" for "/home/me/out", or "/home/me/out/.llmc-" in place.
static std::string temporaryPrefix(llvm::StringRef path, bool inPlace) {
  if (inPlace)
    return (path + "/.llmc-").str();
  llvm::SmallString<256> prefix(llvm::sys::path::parent_path(path));
  llvm::sys::path::append(prefix, "." + llvm::sys::path::filename(path) + ".llmc-");
  return prefix.str().str();
}

/// A folder that is there and can't be exchanged for another one.
static bool mustStay(llvm::StringRef path) {
  struct stat facts, parent, here;
  std::string folder = path.str(), above = llvm::sys::path::parent_path(path).str();
  if (::stat(folder.c_str(), &facts) != 0)
    return false;
  bool isCurrent = ::stat(".", &here) == 0 && here.st_dev == facts.st_dev && here.st_ino == facts.st_ino;
  bool isMounted = ::stat(above.c_str(), &parent) == 0 && parent.st_dev != facts.st_dev;
  bool isOurs = facts.st_uid == ::geteuid() && facts.st_gid == ::getegid();
  return isCurrent || isMounted || !isOurs || ::access(above.c_str(), W_OK) != 0;
}

/// Opens and locks a folder: a descriptor, or -1 when someone else holds the lock or locks do not work here.
static int lockFolder(const std::string &path) {
  int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0 && ::flock(folder, LOCK_EX | LOCK_NB) == 0)
    return folder;
  if (folder >= 0)
    ::close(folder);
  return -1;
}

/// Removes what writers to `path` who were killed have left.
static void removeAbandoned(llvm::StringRef prefix) {
  std::error_code error;
  for (fs::directory_iterator it(llvm::sys::path::parent_path(prefix), error), end; !error && it != end;
       it.increment(error)) {
    if (!llvm::StringRef(it->path()).starts_with(prefix))
      continue;
    int lock = lockFolder(it->path());
    if (lock < 0)
      continue;
    fs::remove_directories(it->path());
    ::close(lock);
  }
}

/// A new folder with a lock on it. Someone who cleans up may take a folder that is not locked yet for abandoned: then
/// it is gone, and another one is made.
static llvm::Expected<std::string> makeLockedFolder(llvm::StringRef prefix, mode_t mode, int &lock) {
  for (int attempt = 0; attempt < 100; ++attempt) {
    std::string folder = prefix.str() + "XXXXXX";
    if (!::mkdtemp(folder.data()))
      return fileError(std::error_code(errno, std::generic_category()),
                       "can't write to " + llvm::sys::path::parent_path(prefix));
    ::chmod(folder.c_str(), mode); // mkdtemp's are private, artefacts are not
    lock = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0)
      continue;
    bool locked = ::flock(lock, LOCK_EX) == 0 || errno != EINTR; // where locks do not work nobody cleans up either
    struct stat facts;
    if (locked && ::fstat(lock, &facts) == 0 && facts.st_nlink > 0 && fs::exists(folder))
      return folder;
    ::close(lock);
  }
  return llvm::createStringError("can't make a folder in " + llvm::sys::path::parent_path(prefix));
}

llvm::Expected<AtomicFolder> AtomicFolder::create(llvm::StringRef path) {
  llvm::SmallString<256> full(path);
  fs::make_absolute(full);
  llvm::sys::path::remove_dots(full, /*remove_dot_dot=*/true);
  while (full.size() > 1 && full.back() == '/')
    full.pop_back();
  if (fs::exists(full) && !fs::is_directory(full))
    return llvm::createStringError("can't write to " + path + ": it is a file, not a folder; try: another -o");
  llvm::StringRef parent = llvm::sys::path::parent_path(full);
  if (std::error_code error = fs::create_directories(parent))
    return fileError(error, "can't make the folder " + parent);
  llvm::SmallString<256> real;
  if (!fs::real_path(full, real)) // what a link names is replaced, not the link
    full = real;
  bool inPlace = mustStay(full);
  struct stat old;
  mode_t mode = ::stat(full.c_str(), &old) == 0 ? old.st_mode & 07777 : 0755;
  std::string prefix = temporaryPrefix(full, inPlace);
  removeAbandoned(temporaryPrefix(full, /*inPlace=*/false));
  removeAbandoned(temporaryPrefix(full, /*inPlace=*/true));
  int lock = -1;
  auto temporary = makeLockedFolder(prefix, mode, lock);
  if (!temporary)
    return temporary.takeError();
  return AtomicFolder(full.str().str(), std::move(*temporary), inPlace, lock);
}

AtomicFolder::AtomicFolder(AtomicFolder &&other)
    : path(std::move(other.path)), temporary(std::move(other.temporary)), inPlace(other.inPlace), lock(other.lock) {
  other.temporary.clear();
  other.lock = -1;
}

AtomicFolder::~AtomicFolder() {
  if (!temporary.empty())
    fs::remove_directories(temporary);
  if (lock >= 0)
    ::close(lock);
}

std::string AtomicFolder::pathOf(llvm::StringRef name) const { return temporary + "/" + name.str(); }

/// Makes `to` what `from` is: the same file by another name, or a folder of such files.
static std::error_code linkTree(const std::string &from, const std::string &to) {
  fs::file_status status;
  if (std::error_code error = fs::status(from, status, /*follow=*/false))
    return error;
  if (status.type() != fs::file_type::directory_file) {
    if (::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), 0) == 0)
      return std::error_code();
    std::error_code error(errno, std::generic_category());
    return status.type() == fs::file_type::regular_file ? fs::copy_file(from, to) : error; // no links here
  }
  if (std::error_code error = fs::create_directory(to, /*IgnoreExisting=*/true, status.permissions()))
    return error;
  std::error_code error;
  for (fs::directory_iterator it(from, error, /*follow_symlinks=*/false), end; !error && it != end; it.increment(error))
    if (std::error_code inner = linkTree(it->path(), to + "/" + llvm::sys::path::filename(it->path()).str()))
      return inner;
  return error;
}

llvm::Error AtomicFolder::commit(llvm::function_ref<bool(llvm::StringRef)> isObsolete, llvm::StringRef last) {
  return inPlace ? moveFiles(isObsolete, last) : exchange(isObsolete);
}

llvm::Error AtomicFolder::moveFiles(llvm::function_ref<bool(llvm::StringRef)> isObsolete, llvm::StringRef last) {
  std::vector<std::string> names, obsolete;
  std::error_code error;
  for (fs::directory_iterator it(temporary, error), end; !error && it != end; it.increment(error))
    names.push_back(llvm::sys::path::filename(it->path()).str());
  if (error)
    return fileError(error, "can't read the folder " + temporary);
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error))
    if (llvm::StringRef name = llvm::sys::path::filename(it->path()); isObsolete(name) && !fs::exists(pathOf(name)))
      obsolete.push_back(it->path());
  if (error)
    return fileError(error, "can't read the folder " + path);
  llvm::sort(names, [&](const std::string &a, const std::string &b) { return (a == last) < (b == last); });
  for (const std::string &name : names)
    if (std::error_code failure = fs::rename(pathOf(name), path + "/" + name))
      return fileError(failure, "can't put " + path + "/" + name + " in place");
  for (const std::string &file : obsolete)
    fs::remove(file);
  return llvm::Error::success();
}

llvm::Error AtomicFolder::exchange(llvm::function_ref<bool(llvm::StringRef)> isObsolete) {
  bool replaces = fs::exists(path);
  std::error_code error;
  if (replaces)
    for (fs::directory_iterator it(path, error, /*follow_symlinks=*/false), end; !error && it != end;
         it.increment(error)) {
      llvm::StringRef name = llvm::sys::path::filename(it->path());
      if (isObsolete(name) || fs::exists(pathOf(name)))
        continue;
      if (std::error_code failure = linkTree(it->path(), pathOf(name)))
        return fileError(failure, "can't keep " + it->path());
    }
  if (error)
    return fileError(error, "can't read the folder " + path);
  unsigned flags = replaces ? RENAME_EXCHANGE : RENAME_NOREPLACE;
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), flags) != 0)
    return fileError(std::error_code(errno, std::generic_category()), "can't put " + path + " in place");
  if (replaces)
    fs::remove_directories(temporary);
  temporary.clear();
  return llvm::Error::success();
}

} // namespace llmc::codegen
