// Every call names a file relative to the descriptor of the folder.
#include "compiler/codegen/artefact/OutputFolder.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include <chrono>
#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace llmc::codegen {
namespace {

constexpr auto kLongestWait = std::chrono::seconds(10);
constexpr uint64_t kLongestText = 1 << 28; // of a manifest; whatever is longer is none

std::error_code lastError() { return std::error_code(errno, std::generic_category()); }

/// Makes a folder and those above it, and remembers which. What has the name already, opening it tells.
std::error_code makeFolders(llvm::StringRef path, std::vector<std::string> &made) {
  if (::mkdir(path.str().c_str(), 0777) != 0) {
    if (errno == EEXIST)
      return std::error_code();
    llvm::StringRef above = llvm::sys::path::parent_path(path);
    if (errno != ENOENT || above.empty())
      return lastError();
    if (std::error_code error = makeFolders(above, made))
      return error;
    if (::mkdir(path.str().c_str(), 0777) != 0)
      return errno == EEXIST ? std::error_code() : lastError();
  }
  made.push_back(path.str());
  llvm::StringRef above = llvm::sys::path::parent_path(path);
  int parent = ::open(above.empty() ? "." : above.str().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (parent >= 0) {
    syncDescriptor(parent);
    ::close(parent);
  }
  return std::error_code();
}

/// A regular file, opened to be read; -1 for anything else.
int openRegular(int folder, const std::string &name, struct stat &facts) {
  int file = ::openat(folder, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file >= 0 && ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode))
    return file;
  if (file >= 0)
    ::close(file);
  return -1;
}

} // namespace

llvm::Expected<OutputFolder> OutputFolder::open(llvm::StringRef path) {
  while (path.size() > 1 && path.back() == '/')
    path = path.drop_back();
  std::vector<std::string> made;
  std::error_code error = makeFolders(path, made);
  OutputFolder result(path.str(), std::move(made));
  if (error)
    return fileError(error, "can't make the folder " + path);
  result.folder = ::open(result.folderPath.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (result.folder < 0 && errno == ENOTDIR)
    return llvm::createStringError("can't write to " + path + ": it is a file, not a folder; try: another -o");
  if (result.folder < 0)
    return fileError(lastError(), "can't write to " + path);
  return result;
}

OutputFolder::OutputFolder(OutputFolder &&other)
    : folderPath(std::move(other.folderPath)), made(std::move(other.made)), folder(std::exchange(other.folder, -1)) {
  other.made.clear();
}

OutputFolder::~OutputFolder() {
  if (folder >= 0)
    ::close(folder);
  for (const std::string &path : llvm::reverse(made))
    ::rmdir(path.c_str());
}

void OutputFolder::lock() {
  auto end = std::chrono::steady_clock::now() + kLongestWait;
  while (::flock(folder, LOCK_EX | LOCK_NB) != 0 && (errno == EWOULDBLOCK || errno == EINTR) &&
         std::chrono::steady_clock::now() < end)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

llvm::Error OutputFolder::sync() {
  std::error_code code = syncDescriptor(folder);
  return code ? fileError(code, "can't write to " + folderPath) : llvm::Error::success();
}

llvm::Error OutputFolder::checkName(const std::string &name) const {
  struct stat facts;
  if (::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(facts.st_mode))
    return llvm::createStringError("can't write " + pathOf(name) + ": it is a folder; try: another -o or --name");
  return llvm::Error::success();
}

bool OutputFolder::has(const std::string &name) const {
  struct stat facts;
  return ::fstatat(folder, name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0;
}

std::vector<std::string> OutputFolder::namesThatBegin(llvm::StringRef prefix) const {
  std::vector<std::string> names;
  int copy = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *entries = copy < 0 ? nullptr : ::fdopendir(copy);
  if (!entries) {
    if (copy >= 0)
      ::close(copy);
    return names;
  }
  while (const dirent *entry = ::readdir(entries))
    if (llvm::StringRef(entry->d_name).starts_with(prefix))
      names.push_back(entry->d_name);
  ::closedir(entries);
  llvm::sort(names);
  return names;
}

llvm::Error OutputFolder::rename(const std::string &from, const std::string &to) {
  if (::renameat(folder, from.c_str(), folder, to.c_str()) != 0)
    return fileError(lastError(), "can't put " + pathOf(to) + " in place");
  return llvm::Error::success();
}

std::optional<OutputFolder::OwnedText> OutputFolder::read(const std::string &name) const {
  struct stat facts;
  int file = openRegular(folder, name, facts);
  if (file < 0)
    return std::nullopt;
  OwnedText result = {std::string(std::min<uint64_t>(facts.st_size, kLongestText), '\0'), facts.st_uid};
  size_t filled = 0;
  ssize_t got = 1;
  while (filled < result.text.size() && got > 0)
    if ((got = ::pread(file, result.text.data() + filled, result.text.size() - filled, filled)) > 0)
      filled += static_cast<size_t>(got);
  ::close(file);
  result.text.resize(filled);
  return result;
}

int OutputFolder::openListed(const ListedFile &listed) const {
  struct stat facts, entry;
  int file = listed.file.digest ? openRegular(folder, listed.file.name, facts) : -1;
  if (file < 0)
    return -1;
  auto bytes = static_cast<uint64_t>(facts.st_size);
  bool agrees = facts.st_uid == listed.owner && listed.file.bytes.value_or(bytes) == bytes &&
                (::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
  if (agrees) {
    auto digest = digestOfFile(file, bytes, listed.file.name);
    agrees = digest && *digest == *listed.file.digest;
    if (!digest)
      llvm::consumeError(digest.takeError());
  }
  // The name may stand for another file since.
  if (agrees && ::fstatat(folder, listed.file.name.c_str(), &entry, AT_SYMLINK_NOFOLLOW) == 0 &&
      entry.st_ino == facts.st_ino && entry.st_dev == facts.st_dev)
    return file;
  ::close(file);
  return -1;
}

std::error_code OutputFolder::linkListed(const ListedFile &listed, const std::string &to) {
  int file = openListed(listed);
  if (file < 0)
    return std::make_error_code(std::errc::no_such_file_or_directory);
  bool isDone = ::linkat(folder, listed.file.name.c_str(), folder, to.c_str(), 0) == 0;
  std::error_code code = isDone ? std::error_code() : lastError();
  ::close(file);
  return code;
}

std::error_code OutputFolder::removeListed(const ListedFile &listed) {
  int file = openListed(listed);
  if (file < 0)
    return std::error_code();
  std::error_code code = remove(listed.file.name);
  ::close(file);
  return code;
}

std::error_code OutputFolder::remove(const std::string &name) {
  return ::unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT ? std::error_code() : lastError();
}

} // namespace llmc::codegen
