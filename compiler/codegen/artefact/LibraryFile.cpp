// Read piece by piece with pread: a file that shrinks meanwhile is an error of reading like others.
#include "compiler/codegen/artefact/LibraryFile.h"
#include "compiler/codegen/artefact/LibraryNote.h"
#include "compiler/codegen/artefact/NewFile.h"
#include "compiler/support/FileError.h"
#include "llmc/digest.h"
#include <algorithm>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace llvm::ELF;

namespace llmc::codegen {

llvm::Expected<LibraryFile> LibraryFile::open(llvm::StringRef path) {
  return opened(::open(path.str().c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC), path); // a FIFO must not block
}

llvm::Expected<LibraryFile> LibraryFile::openIn(int folder, llvm::StringRef name) {
  return opened(::openat(folder, name.str().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), name);
}

llvm::Expected<LibraryFile> LibraryFile::of(int file, llvm::StringRef shownAs) {
  return opened(::fcntl(file, F_DUPFD_CLOEXEC, 0), shownAs);
}

llvm::Expected<LibraryFile> LibraryFile::opened(int file, llvm::StringRef shownAs) {
  if (file < 0)
    return fileError(std::error_code(errno, std::generic_category()), "can't read " + shownAs);
  LibraryFile result(file, shownAs.str());
  if (llvm::Error error = result.read())
    return std::move(error);
  return result;
}

LibraryFile::LibraryFile(LibraryFile &&other) : file(-1) { *this = std::move(other); }

LibraryFile &LibraryFile::operator=(LibraryFile &&other) {
  std::swap(file, other.file);
  label = std::move(other.label);
  manifestText = std::move(other.manifestText);
  ownedBy = other.ownedBy;
  fileBytes = other.fileBytes;
  digestPlace = other.digestPlace;
  codeDigest = other.codeDigest;
  weightsAddress = other.weightsAddress;
  header = other.header;
  segments = std::move(other.segments);
  return *this;
}

LibraryFile::~LibraryFile() {
  if (file >= 0)
    ::close(file);
}

llvm::Error LibraryFile::damaged(const llvm::Twine &why) const {
  return llvm::createStringError(label + " " + why + "; try: compile the model again");
}

llvm::Error LibraryFile::readBytes(void *bytes, uint64_t count, uint64_t offset) const {
  auto *to = static_cast<char *>(bytes);
  while (count) {
    ssize_t got = ::pread(file, to, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return fileError(std::error_code(errno, std::generic_category()), "can't read " + label);
    if (got == 0)
      return damaged("is damaged: it has become shorter");
    to += got;
    offset += static_cast<uint64_t>(got);
    count -= static_cast<uint64_t>(got);
  }
  return llvm::Error::success();
}

llvm::Error LibraryFile::read() {
  struct stat facts;
  if (::fstat(file, &facts) != 0)
    return fileError(std::error_code(errno, std::generic_category()), "can't read " + label);
  if (!S_ISREG(facts.st_mode))
    return damaged("is no regular file");
  ownedBy = facts.st_uid;
  fileBytes = static_cast<uint64_t>(facts.st_size);
  if (fileBytes < sizeof(header))
    return damaged("is damaged: it has only " + llvm::Twine(fileBytes) + " bytes");
  if (llvm::Error error = readBytes(&header, sizeof(header), 0))
    return error;
  if (std::memcmp(header.e_ident, ElfMagic, 4) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
      header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN || header.e_phentsize != sizeof(Elf64_Phdr))
    return damaged("is no shared library");
  segments.resize(header.e_phnum);
  uint64_t tableBytes = segments.size() * sizeof(Elf64_Phdr);
  if (header.e_phoff > fileBytes || tableBytes > fileBytes - header.e_phoff)
    return damaged("is damaged: it ends within its headers");
  if (llvm::Error error = readBytes(segments.data(), tableBytes, header.e_phoff))
    return error;
  for (const Elf64_Phdr &segment : segments)
    if (segment.p_offset > fileBytes || segment.p_filesz > fileBytes - segment.p_offset)
      return damaged("is damaged: it has " + llvm::Twine(fileBytes) + " bytes, and its headers speak of " +
                     llvm::Twine(segment.p_offset + segment.p_filesz));
  for (const Elf64_Phdr &segment : segments)
    if (segment.p_type == PT_NOTE && manifestText.empty())
      if (llvm::Error error = readNote(segment))
        return error;
  return llvm::Error::success();
}

llvm::Error LibraryFile::readNote(const Elf64_Phdr &segment) {
  uint64_t offset = segment.p_offset, end = segment.p_offset + segment.p_filesz;
  LibraryNote note, ours;
  while (end - offset >= sizeof(note)) {
    if (llvm::Error error = readBytes(&note, sizeof(note), offset))
      return error;
    uint64_t begin = offset + 12 + (uint64_t(note.nameBytes) + 3) / 4 * 4;
    uint64_t next = begin + (uint64_t(note.contentBytes) + 3) / 4 * 4;
    if (next > end)
      return llvm::Error::success();
    if (note.nameBytes == ours.nameBytes && note.version == ours.version && !std::memcmp(note.name, ours.name, 5) &&
        note.contentBytes > sizeof(note) - kNoteHeadBytes) {
      manifestText.resize(note.contentBytes - (sizeof(note) - kNoteHeadBytes));
      digestPlace = offset + offsetof(LibraryNote, codeDigest);
      codeDigest = note.codeDigest;
      weightsAddress = note.weightsAddress;
      return readBytes(manifestText.data(), manifestText.size(), offset + sizeof(note));
    }
    offset = next;
  }
  return llvm::Error::success();
}

// What `strip` rewrites is left out: the header of the file, whose fields that matter have been checked, and where
// segments lie in it. The digest itself can't be part of what it is made of.
llvm::Expected<uint64_t> LibraryFile::digestOfCode() const {
  runtime::Digest digest;
  uint64_t headersEnd = header.e_phoff + segments.size() * sizeof(Elf64_Phdr);
  for (Elf64_Phdr segment : segments) {
    uint64_t begin = segment.p_offset, end = segment.p_offset + segment.p_filesz;
    segment.p_offset = 0;
    digest.update(&segment, sizeof(segment));
    if (segment.p_type != PT_LOAD || segment.p_vaddr == weightsAddress)
      continue;
    begin = begin < headersEnd ? std::min(headersEnd, end) : begin;
    bool holdsDigest = begin <= digestPlace && digestPlace + sizeof(codeDigest) <= end;
    uint64_t pause = holdsDigest ? digestPlace : end, resume = holdsDigest ? digestPlace + sizeof(codeDigest) : end;
    if (llvm::Error error = addToDigest(digest, file, begin, pause, label))
      return std::move(error);
    if (llvm::Error error = addToDigest(digest, file, resume, end, label))
      return std::move(error);
  }
  return digest.finish();
}

llvm::Error LibraryFile::checkCode() const {
  if (!digestPlace)
    return llvm::Error::success();
  auto digest = digestOfCode();
  if (!digest)
    return digest.takeError();
  return *digest == codeDigest ? llvm::Error::success() : damaged("is damaged: the digest of its code differs");
}

llvm::Expected<uint64_t> LibraryFile::digestOfWeights(uint64_t bytes) const {
  for (const Elf64_Phdr &segment : segments)
    if (weightsAddress && segment.p_type == PT_LOAD && segment.p_vaddr == weightsAddress && bytes <= segment.p_filesz) {
      runtime::Digest digest;
      if (llvm::Error error = addToDigest(digest, file, segment.p_offset, segment.p_offset + bytes, label))
        return std::move(error);
      return digest.finish();
    }
  return damaged("is damaged: it lacks its weights");
}

} // namespace llmc::codegen
