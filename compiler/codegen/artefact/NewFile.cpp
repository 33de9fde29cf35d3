// O_TMPFILE and linkat; copies stay inside the kernel.
#include "compiler/codegen/artefact/NewFile.h"
#include "compiler/support/FileError.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

namespace llmc::codegen {

static std::error_code lastError() { return std::error_code(errno, std::generic_category()); }

llvm::Error NewFile::failure(const char *what) const { return fileError(lastError(), what + (" " + label)); }

/// Whether open() failed because the file system has no files without names.
static bool lacksUnnamedFiles(int error) { return error == EOPNOTSUPP || error == EISDIR || error == EINVAL; }

llvm::Expected<NewFile> NewFile::inFolder(int folder, llvm::StringRef shownAs) {
  NewFile result(::openat(folder, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0666), folder, shownAs.str());
  for (int attempt = 0; result.file < 0 && attempt < 100 && (lacksUnnamedFiles(errno) || errno == EEXIST); ++attempt) {
    std::string name =
        ".llmc-" + llvm::utohexstr(llvm::sys::Process::GetRandomNumber(), /*LowerCase=*/true, 8) + ".partial";
    result.file = ::openat(folder, name.c_str(), O_CREAT | O_EXCL | O_NOFOLLOW | O_RDWR | O_CLOEXEC, 0666);
    if (result.file >= 0)
      result.randomName = name;
  }
  if (result.file < 0)
    return result.failure();
  ::flock(result.file, LOCK_EX | LOCK_NB); // tells others that someone is at work on it
  return result;
}

llvm::Expected<NewFile> NewFile::inMemory(llvm::StringRef shownAs) {
  NewFile result(::memfd_create(shownAs.str().c_str(), MFD_CLOEXEC), -1, shownAs.str());
  if (result.file < 0)
    return result.failure();
  return result;
}

NewFile::NewFile(NewFile &&other)
    : file(std::exchange(other.file, -1)), folder(other.folder), label(std::move(other.label)),
      randomName(std::move(other.randomName)) {
  other.randomName.clear();
}

NewFile &NewFile::operator=(NewFile &&other) {
  std::swap(file, other.file);
  std::swap(folder, other.folder);
  std::swap(label, other.label);
  std::swap(randomName, other.randomName);
  return *this;
}

NewFile::~NewFile() {
  if (!randomName.empty())
    ::unlinkat(folder, randomName.c_str(), 0);
  if (file >= 0)
    ::close(file);
}

llvm::Expected<uint64_t> NewFile::size() const {
  struct stat facts;
  if (::fstat(file, &facts) != 0)
    return failure("can't read");
  return static_cast<uint64_t>(facts.st_size);
}

llvm::Error NewFile::write(llvm::StringRef bytes, uint64_t offset) {
  while (!bytes.empty()) {
    ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0)
      return failure();
    bytes = bytes.drop_front(static_cast<size_t>(written));
    offset += static_cast<uint64_t>(written);
  }
  return llvm::Error::success();
}

llvm::Error NewFile::copyFrom(const NewFile &other, uint64_t from, uint64_t bytes, uint64_t offset) {
  auto source = static_cast<off_t>(from), target = static_cast<off_t>(offset);
  while (bytes) {
    ssize_t copied = ::copy_file_range(other.file, &source, file, &target, bytes, 0);
    if (copied < 0 && errno == EINTR)
      continue;
    if (copied <= 0)
      break; // between these file systems it does not work
    bytes -= static_cast<uint64_t>(copied);
  }
  std::vector<char> piece(std::min<uint64_t>(bytes, 1 << 20));
  while (bytes) {
    ssize_t read = ::pread(other.file, piece.data(), std::min<uint64_t>(bytes, piece.size()), source);
    if (read < 0 && errno == EINTR)
      continue;
    if (read <= 0)
      return other.failure("can't read");
    if (llvm::Error error = write({piece.data(), static_cast<size_t>(read)}, static_cast<uint64_t>(target)))
      return error;
    source += read;
    target += read;
    bytes -= static_cast<uint64_t>(read);
  }
  return llvm::Error::success();
}

std::error_code syncDescriptor(int descriptor) {
  while (::fsync(descriptor) != 0)
    if (errno == EINVAL || errno == EROFS || errno == ENOTSUP)
      return std::error_code();
    else if (errno != EINTR)
      return lastError();
  return std::error_code();
}

llvm::Error NewFile::sync() {
  std::error_code code = syncDescriptor(file);
  return code ? fileError(code, "can't write " + label) : llvm::Error::success();
}

llvm::Expected<bool> NewFile::appearAs(const std::string &name) {
  int status = randomName.empty() ? ::linkat(AT_FDCWD, path().c_str(), folder, name.c_str(), AT_SYMLINK_FOLLOW)
                                  : ::renameat2(folder, randomName.c_str(), folder, name.c_str(), RENAME_NOREPLACE);
  if (status != 0 && errno == EEXIST)
    return false;
  if (status != 0 && !randomName.empty() && errno == EINVAL) // no such flag here; the name is as good as random
    status = ::renameat(folder, randomName.c_str(), folder, name.c_str());
  if (status != 0)
    return failure();
  randomName.clear();
  return true;
}

llvm::Error addToDigest(runtime::Digest &digest, int file, uint64_t begin, uint64_t end, llvm::StringRef shownAs) {
  std::vector<char> piece(std::min<uint64_t>(end - begin, 1 << 20));
  while (begin < end) {
    ssize_t read =
        ::pread(file, piece.data(), std::min<uint64_t>(end - begin, piece.size()), static_cast<off_t>(begin));
    if (read < 0 && errno == EINTR)
      continue;
    if (read < 0)
      return fileError(lastError(), "can't read " + shownAs);
    if (read == 0)
      return llvm::createStringError("can't read " + shownAs + ": it has become shorter; try: again");
    digest.update(piece.data(), static_cast<size_t>(read));
    begin += static_cast<uint64_t>(read);
  }
  return llvm::Error::success();
}

llvm::Expected<uint64_t> digestOfFile(int file, uint64_t bytes, llvm::StringRef shownAs) {
  runtime::Digest digest;
  if (llvm::Error error = addToDigest(digest, file, 0, bytes, shownAs))
    return std::move(error);
  return digest.finish();
}

} // namespace llmc::codegen
