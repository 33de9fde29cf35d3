// Structures are read and written field by field, in the order of PKWARE's APPNOTE 6.3.
#include "tools/llmc/tensors/ZipArchive.h"

#include "tools/llmc/tensors/ByteReader.h"
#include <algorithm>
#include <limits>
#include <zlib.h>

using namespace llmc::tools;
using llvm::StringRef;

static constexpr uint32_t localMagic = 0x04034b50, centralMagic = 0x02014b50, endMagic = 0x06054b50,
                          end64Magic = 0x06064b50, locator64Magic = 0x07064b50;
static constexpr uint64_t in64 = 0xffffffff; // "the value stands in the zip64 field"
static constexpr uint16_t storedMethod = 0, deflatedMethod = 8;

namespace {

struct Directory {
  uint64_t entries = 0, bytes = 0, offset = 0;
};

struct CentralEntry {
  uint16_t flags = 0, method = 0;
  uint32_t crc = 0;
  uint64_t packedBytes = 0, bytes = 0, offset = 0;
  StringRef name;
};

} // namespace

static llvm::Error refuse(StringRef origin, const llvm::Twine &what) {
  return llvm::createStringError(origin + ": " + what);
}

static llvm::Error readDirectory64(StringRef archive, StringRef origin, size_t end, Directory &directory) {
  constexpr size_t locatorBytes = 20;
  if (end < locatorBytes)
    return refuse(origin, "zip64 record is missing");
  ByteReader locator(archive.substr(end - locatorBytes, locatorBytes));
  if (locator.number<uint32_t>() != locator64Magic)
    return refuse(origin, "zip64 record is missing");
  locator.number<uint32_t>(); // disk
  uint64_t offset = locator.number<uint64_t>();
  ByteReader reader(archive);
  reader.take(offset);
  if (reader.number<uint32_t>() != end64Magic)
    return refuse(origin, "zip64 record is damaged");
  reader.take(8 + 2 + 2 + 4 + 4 + 8); // its size, versions, disks, entries on this disk
  directory.entries = reader.number<uint64_t>();
  directory.bytes = reader.number<uint64_t>();
  directory.offset = reader.number<uint64_t>();
  return reader.failed() ? refuse(origin, "zip64 record is damaged") : llvm::Error::success();
}

static llvm::Error readDirectory(StringRef archive, StringRef origin, Directory &directory) {
  // The record stands at the end, but for a comment of up to 64 KiB.
  StringRef magic("PK\5\6", 4);
  size_t end = archive.rfind(magic);
  constexpr size_t recordBytes = 22;
  if (end == StringRef::npos || archive.size() - end < recordBytes)
    return refuse(origin, "not a zip archive, or cut short");
  ByteReader reader(archive.drop_front(end));
  reader.take(4 + 2 + 2 + 2); // magic, disks, entries on this disk
  directory.entries = reader.number<uint16_t>();
  directory.bytes = reader.number<uint32_t>();
  directory.offset = reader.number<uint32_t>();
  if (directory.entries == 0xffff || directory.bytes == in64 || directory.offset == in64)
    return readDirectory64(archive, origin, end, directory);
  return llvm::Error::success();
}

// The zip64 field holds just those values that did not fit, in a fixed order.
static bool readExtra64(StringRef extra, CentralEntry &entry) {
  ByteReader reader(extra);
  while (!reader.atEnd()) {
    uint16_t id = reader.number<uint16_t>();
    ByteReader field(reader.take(reader.number<uint16_t>()));
    if (id != 1)
      continue;
    for (uint64_t *value : {&entry.bytes, &entry.packedBytes, &entry.offset})
      if (*value == in64)
        *value = field.number<uint64_t>();
    return !field.failed() && !reader.failed();
  }
  return !reader.failed() && entry.bytes != in64 && entry.packedBytes != in64 && entry.offset != in64;
}

static bool readCentralEntry(ByteReader &reader, CentralEntry &entry) {
  if (reader.number<uint32_t>() != centralMagic)
    return false;
  reader.take(2 + 2); // versions
  entry.flags = reader.number<uint16_t>();
  entry.method = reader.number<uint16_t>();
  reader.take(2 + 2); // time, date
  entry.crc = reader.number<uint32_t>();
  entry.packedBytes = reader.number<uint32_t>();
  entry.bytes = reader.number<uint32_t>();
  uint16_t nameBytes = reader.number<uint16_t>();
  uint16_t extraBytes = reader.number<uint16_t>();
  uint16_t commentBytes = reader.number<uint16_t>();
  reader.take(2 + 2 + 4); // disk, attributes
  entry.offset = reader.number<uint32_t>();
  entry.name = reader.take(nameBytes);
  StringRef extra = reader.take(extraBytes);
  reader.take(commentBytes);
  return !reader.failed() && readExtra64(extra, entry);
}

// The packed bytes behind the entry's local header.
static bool findPacked(StringRef archive, const CentralEntry &entry, StringRef &packed) {
  ByteReader reader(archive);
  reader.take(entry.offset);
  if (reader.number<uint32_t>() != localMagic)
    return false;
  reader.take(2 + 2 + 2 + 2 + 2 + 4 + 4 + 4); // all this stands in the directory too
  uint16_t nameBytes = reader.number<uint16_t>();
  uint16_t extraBytes = reader.number<uint16_t>();
  reader.take(nameBytes);
  reader.take(extraBytes);
  packed = reader.take(entry.packedBytes);
  return !reader.failed();
}

static bool inflateInto(StringRef packed, std::string &contents) {
  z_stream stream = {};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK)
    return false;
  Bytef nothing = 0;
  size_t read = 0, written = 0;
  int result = Z_OK;
  while (result == Z_OK) { // in pieces, since zlib counts in 32 bits
    constexpr size_t most = std::numeric_limits<uInt>::max();
    uInt input = static_cast<uInt>(std::min(packed.size() - read, most));
    uInt room = static_cast<uInt>(std::min(contents.size() - written, most));
    stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data() + read));
    stream.avail_in = input;
    stream.next_out = room ? reinterpret_cast<Bytef *>(contents.data() + written) : &nothing;
    stream.avail_out = room;
    result = inflate(&stream, Z_NO_FLUSH);
    read += input - stream.avail_in;
    written += room - stream.avail_out;
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && written == contents.size();
}

static uint32_t checksum(StringRef contents) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef *>(contents.data()), contents.size()));
}

static llvm::Error unpack(StringRef archive, StringRef origin, const CentralEntry &entry, std::string &contents) {
  constexpr uint64_t bestRatio = 1032; // deflate can't do better: a claim beyond it is a lie
  StringRef packed;
  if (entry.flags & 1)
    return refuse(origin, "entry '" + entry.name + "' is encrypted");
  if (entry.method != storedMethod && entry.method != deflatedMethod)
    return refuse(origin, "entry '" + entry.name + "' is packed by method " + llvm::Twine(entry.method) +
                              ", known are stored and deflate");
  if (!findPacked(archive, entry, packed))
    return refuse(origin, "entry '" + entry.name + "' is damaged or cut short");
  bool whole = false;
  if (entry.method == storedMethod) {
    contents = packed.str();
    whole = contents.size() == entry.bytes;
  } else if (entry.bytes / bestRatio <= packed.size()) {
    contents.resize(entry.bytes);
    whole = inflateInto(packed, contents);
  }
  if (!whole || checksum(contents) != entry.crc)
    return refuse(origin, "entry '" + entry.name + "' is damaged");
  return llvm::Error::success();
}

llvm::Expected<std::vector<ZipEntry>> llmc::tools::parseZip(StringRef archive, StringRef origin) {
  Directory directory;
  if (llvm::Error error = readDirectory(archive, origin, directory))
    return error;
  ByteReader whole(archive);
  whole.take(directory.offset);
  ByteReader reader(whole.take(directory.bytes));
  if (whole.failed())
    return refuse(origin, "directory of the archive is damaged");
  std::vector<ZipEntry> entries;
  // Entries may share their bytes, so a small file could ask for endless memory: numpy never does.
  uint64_t packedTotal = 0;
  for (uint64_t i = 0; i < directory.entries; ++i) {
    CentralEntry entry;
    if (!readCentralEntry(reader, entry))
      return refuse(origin, "directory of the archive is damaged");
    if (entry.packedBytes > archive.size() - packedTotal)
      return refuse(origin, "entries of the archive overlap");
    packedTotal += entry.packedBytes;
    entries.push_back({entry.name.str(), {}});
    if (llvm::Error error = unpack(archive, origin, entry, entries.back().contents))
      return error;
  }
  return entries;
}

namespace {

class ByteWriter {
public:
  explicit ByteWriter(std::string &bytes) : bytes(bytes) {}
  template <typename T> ByteWriter &number(uint64_t value) {
    for (size_t i = 0; i < sizeof(T); ++i)
      bytes += static_cast<char>(value >> (8 * i));
    return *this;
  }
  ByteWriter &text(StringRef value) {
    bytes += value;
    return *this;
  }

private:
  std::string &bytes;
};

} // namespace

static constexpr uint16_t version64 = 45;         // of the format, the first with zip64
static constexpr uint16_t utf8Names = 1u << 11;   // flag
static constexpr uint16_t firstDate = 1 << 5 | 1; // 1980-01-01, the earliest there is

// What the local header and the directory have in common.
static void writeFacts(ByteWriter &writer, const ZipEntry &entry, uint16_t extraBytes) {
  writer.number<uint16_t>(version64).number<uint16_t>(utf8Names).number<uint16_t>(storedMethod);
  writer.number<uint16_t>(0).number<uint16_t>(firstDate).number<uint32_t>(checksum(entry.contents));
  writer.number<uint32_t>(in64).number<uint32_t>(in64);
  writer.number<uint16_t>(entry.name.size()).number<uint16_t>(extraBytes);
}

std::string llmc::tools::printZip(llvm::ArrayRef<ZipEntry> entries) {
  std::string archive, directory;
  ByteWriter file(archive), central(directory);
  for (const ZipEntry &entry : entries) {
    uint64_t offset = archive.size(), bytes = entry.contents.size();
    file.number<uint32_t>(localMagic);
    writeFacts(file, entry, 20);
    file.text(entry.name).number<uint16_t>(1).number<uint16_t>(16);
    file.number<uint64_t>(bytes).number<uint64_t>(bytes).text(entry.contents);
    central.number<uint32_t>(centralMagic).number<uint16_t>(version64);
    writeFacts(central, entry, 28);
    central.number<uint16_t>(0).number<uint16_t>(0).number<uint16_t>(0).number<uint32_t>(0);
    central.number<uint32_t>(in64).text(entry.name).number<uint16_t>(1).number<uint16_t>(24);
    central.number<uint64_t>(bytes).number<uint64_t>(bytes).number<uint64_t>(offset);
  }
  uint64_t directoryAt = archive.size(), end64At = directoryAt + directory.size();
  constexpr uint64_t end64Bytes = 44; // without magic and this number
  file.text(directory).number<uint32_t>(end64Magic).number<uint64_t>(end64Bytes);
  file.number<uint16_t>(version64).number<uint16_t>(version64);
  file.number<uint32_t>(0).number<uint32_t>(0); // disks
  file.number<uint64_t>(entries.size()).number<uint64_t>(entries.size());
  file.number<uint64_t>(directory.size()).number<uint64_t>(directoryAt);
  file.number<uint32_t>(locator64Magic).number<uint32_t>(0).number<uint64_t>(end64At);
  file.number<uint32_t>(1); // disks in all
  file.number<uint32_t>(endMagic).number<uint16_t>(0).number<uint16_t>(0);
  file.number<uint16_t>(0xffff).number<uint16_t>(0xffff).number<uint32_t>(in64);
  file.number<uint32_t>(in64).number<uint16_t>(0);
  return archive;
}
