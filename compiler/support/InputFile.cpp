// Sizes and times of the file that is open tell whether it was written to.
#include "compiler/support/InputFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Errno.h"
#include "llvm/Support/FileSystem.h"
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace llmc {

namespace fs = llvm::sys::fs;

llvm::Expected<std::shared_ptr<InputFile>> InputFile::open(llvm::StringRef path) {
  fs::file_status status;
  if (std::error_code failure = fs::status(path, status))
    return llvm::errorCodeToError(failure);
  if (!fs::is_regular_file(status))
    return llvm::createStringError("it is a folder or a device");
  llvm::SmallString<256> real;
  auto handle = fs::openNativeFileForRead(path, fs::OF_None, &real);
  if (!handle)
    return handle.takeError();
  std::shared_ptr<InputFile> file(new InputFile);
  file->name = path.str();
  file->real = real.str().str();
  file->descriptor = *handle;
  if (::fstat(*handle, &file->opened) != 0)
    return llvm::errorCodeToError(llvm::errnoAsErrorCode());
  file->bytes = file->opened.st_size;
  return file;
}

std::shared_ptr<InputFile> InputFile::inMemory(llvm::StringRef name, llvm::ArrayRef<uint8_t> bytes) {
  std::shared_ptr<InputFile> file(new InputFile);
  file->name = name.str();
  file->bytes = bytes.size();
  file->memory = bytes.data();
  return file;
}

InputFile::~InputFile() {
  if (!isInMemory())
    ::close(descriptor);
}

llvm::Error InputFile::changed() const {
  return llvm::createStringError(name + " was changed while it was read; try: again, when nothing writes to it");
}

llvm::Error InputFile::read(uint64_t offset, llvm::MutableArrayRef<char> into) const {
  if (offset > bytes || into.size() > bytes - offset)
    return llvm::createStringError(name + " has only " + llvm::Twine(bytes) + " bytes");
  if (isInMemory()) {
    if (!into.empty())
      std::memcpy(into.data(), memory + offset, into.size());
    return llvm::Error::success();
  }
  while (!into.empty()) {
    ssize_t got = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return llvm::createStringError(llvm::errnoAsErrorCode(), "can't read " + name + ": " + llvm::sys::StrError());
    if (got == 0)
      return changed();
    into = into.drop_front(got);
    offset += got;
  }
  return llvm::Error::success();
}

static bool sameTime(const timespec &a, const timespec &b) { return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec; }

llvm::Error InputFile::checkUnchanged() const {
  if (isInMemory())
    return llvm::Error::success();
  struct stat now;
  if (::fstat(descriptor, &now) != 0)
    return llvm::createStringError(llvm::errnoAsErrorCode(), "can't read " + name + ": " + llvm::sys::StrError());
  // The time of the last change tells of writers who set the other one back; it also changes with the number of names.
  bool written = now.st_size != opened.st_size || !sameTime(now.st_mtim, opened.st_mtim) ||
                 (now.st_nlink == opened.st_nlink && !sameTime(now.st_ctim, opened.st_ctim));
  return written ? changed() : llvm::Error::success();
}

} // namespace llmc
