// Nothing in a file is believed before its header, size and table have been checked.
#include "memory/WeightsFile.h"

#include "llmc/digest.h"
#include <cerrno>
#include <cinttypes>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace llmc::runtime;

WeightsFile::~WeightsFile() {
  if (mapping)
    munmap(mapping, mappingBytes);
}

static llmc_status checkHeader(const char *origin, const void *contents, uint64_t bytes, const llmc_image &image,
                               Message &message) {
  llmc_weights_header header;
  if (bytes < LLMC_WEIGHTS_PAYLOAD)
    return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH,
                        "%s: holds %" PRIu64 " bytes, less than the header of a weights file", origin, bytes);
  std::memcpy(&header, contents, sizeof header);
  if (header.magic != LLMC_WEIGHTS_MAGIC)
    return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH, "%s: not a weights file of llmc", origin);
  if (header.version != LLMC_WEIGHTS_VERSION || header.payload_offset != LLMC_WEIGHTS_PAYLOAD)
    return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH,
                        "%s: weights file of version %" PRIu32 ", this runtime reads version %u", origin,
                        header.version, LLMC_WEIGHTS_VERSION);
  if (header.payload_bytes != image.weights_bytes || header.digest != image.weights_digest)
    return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH,
                        "%s: belongs to another model than \"%s\" (%" PRIu64 " bytes with digest "
                        "%016" PRIx64 ", expected %" PRIu64 " bytes with digest %016" PRIx64 ")",
                        origin, image.name, header.payload_bytes, header.digest, image.weights_bytes,
                        image.weights_digest);
  if (bytes - LLMC_WEIGHTS_PAYLOAD != header.payload_bytes)
    return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH, "%s: damaged, holds %" PRIu64 " bytes instead of %" PRIu64, origin,
                        bytes, header.payload_bytes + LLMC_WEIGHTS_PAYLOAD);
  return LLMC_OK;
}

llmc_status WeightsFile::map(const char *path, const llmc_image &image, Message &message) {
  int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); // a FIFO must not block
  if (file < 0)
    return message.fail(LLMC_ERROR_WEIGHTS_UNREADABLE, "%s: %s; set weights_path if it lies elsewhere", path,
                        strerror(errno));
  struct stat facts;
  llmc_status status = LLMC_OK;
  if (syscall(SYS_fstat, file, &facts) != 0) // glibc has had a function of that name since 2.33 only
    status = message.fail(LLMC_ERROR_WEIGHTS_UNREADABLE, "%s: %s", path, strerror(errno));
  else if (!S_ISREG(facts.st_mode))
    status = message.fail(LLMC_ERROR_WEIGHTS_UNREADABLE, "%s: not a regular file", path);
  else if (facts.st_size < static_cast<off_t>(LLMC_WEIGHTS_PAYLOAD)) // an empty file can't be mapped
    status = checkHeader(path, nullptr, static_cast<uint64_t>(facts.st_size), image, message);
  if (status == LLMC_OK) {
    mappingBytes = static_cast<size_t>(facts.st_size);
    mapping = mmap(nullptr, mappingBytes, PROT_READ, MAP_SHARED, file, 0);
    if (mapping == MAP_FAILED) {
      mapping = nullptr;
      status = message.fail(LLMC_ERROR_WEIGHTS_UNREADABLE, "%s: can't be mapped: %s", path, strerror(errno));
    }
  }
  close(file); // the mapping stays
  if (status != LLMC_OK)
    return status;
  status = checkHeader(path, mapping, mappingBytes, image, message);
  payloadBegin = static_cast<const uint8_t *>(mapping) + LLMC_WEIGHTS_PAYLOAD;
  return status;
}

llmc_status WeightsFile::use(const void *contents, uint64_t bytes, const llmc_image &image, Message &message) {
  if (reinterpret_cast<uintptr_t>(contents) % 64 != 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "weights in memory must be aligned to 64 bytes");
  payloadBegin = static_cast<const uint8_t *>(contents) + LLMC_WEIGHTS_PAYLOAD;
  return checkHeader("weights in memory", contents, bytes, image, message);
}

llmc_status WeightsFile::verify(const llmc_image &image, Message &message) const {
  uint64_t found = digestOf(payloadBegin, image.weights_bytes);
  if (found == image.weights_digest)
    return LLMC_OK;
  return message.fail(LLMC_ERROR_WEIGHTS_MISMATCH,
                      "weights of model \"%s\" are damaged: digest %016" PRIx64 ", expected %016" PRIx64, image.name,
                      found, image.weights_digest);
}

// Reads a hexadecimal number and moves `text` behind it. (strtoull has another name in newer glibc: code compiled there
// would not load with older ones.)
static uint64_t readHex(const char *&text) {
  uint64_t number = 0;
  for (;; ++text) {
    char c = *text;
    if (c >= '0' && c <= '9')
      number = number * 16 + static_cast<uint64_t>(c - '0');
    else if (c >= 'a' && c <= 'f')
      number = number * 16 + static_cast<uint64_t>(c - 'a' + 10);
    else
      return number;
  }
}

// Reads a line of `file` without its end. False at the end of the file; what does not fit is cut.
static bool readLine(int file, char *line, size_t capacity) {
  size_t length = 0;
  char c;
  ssize_t got;
  while ((got = read(file, &c, 1)) == 1 && c != '\n')
    if (length < capacity - 1)
      line[length++] = c;
  line[length] = '\0';
  return got == 1 || length > 0;
}

// The file that `address` was mapped from, as the kernel knows it: absolute, whatever the directory was and is.
static bool findMappedFile(const void *address, char *path, size_t capacity) {
  int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  if (maps < 0)
    return false;
  char line[PATH_MAX + 128]; // "begin-end rights offset device inode    path"
  bool found = false;
  while (!found && readLine(maps, line, sizeof line)) {
    const char *rest = line;
    uint64_t begin = readHex(rest), end = *rest == '-' ? readHex(++rest) : 0;
    uint64_t wanted = reinterpret_cast<uintptr_t>(address);
    const char *file = strchr(line, '/');
    if (wanted < begin || wanted >= end)
      continue;
    if (!file || strlen(file) >= capacity)
      break;
    memcpy(path, file, strlen(file) + 1);
    found = true;
  }
  close(maps);
  return found;
}

/// The path of the weights file in the folder of `binary`.
static bool nameBeside(const char *binary, const llmc_image &image, char *path, size_t capacity) {
  int folderBytes = static_cast<int>(strrchr(binary, '/') - binary);
  int written =
      snprintf(path, capacity, "%.*s/%s-%016" PRIx64 ".weights", folderBytes, binary, image.name, image.weights_digest);
  return written > 0 && static_cast<size_t>(written) < capacity;
}

bool llmc::runtime::weightsPathBeside(const llmc_image &image, char *path, size_t capacity) {
  char mapped[PATH_MAX];
  Dl_info owner;
  // libc knows how the library or program was called. A path relative to the directory of that time says nothing now,
  // nor does one of a descriptor; of a static program libc knows nothing.
  const char *binary = dladdr(&image, &owner) ? owner.dli_fname : nullptr;
  bool tells = binary && binary[0] == '/' && strncmp(binary, "/proc/", 6) != 0;
  if (!tells && findMappedFile(&image, mapped, sizeof mapped))
    binary = mapped;
  if (!binary || !strchr(binary, '/') || !nameBeside(binary, image, path, capacity))
    return false;
  // A link to a program or library that stands elsewhere, with its weights.
  char real[PATH_MAX], there[PATH_MAX];
  if (access(path, F_OK) != 0 && realpath(binary, real) && nameBeside(real, image, there, sizeof there) &&
      strlen(there) < capacity && access(there, F_OK) == 0)
    memcpy(path, there, strlen(there) + 1);
  return true;
}
