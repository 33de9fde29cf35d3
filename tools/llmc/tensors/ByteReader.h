// Reads little-endian numbers and pieces from untrusted bytes. A read beyond the end gives zeros
// and makes failed() true for good, so that a parser may check once per record.
#ifndef LLMC_TOOLS_LLMC_TENSORS_BYTEREADER_H
#define LLMC_TOOLS_LLMC_TENSORS_BYTEREADER_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Endian.h"

namespace llmc::tools {

class ByteReader {
public:
  explicit ByteReader(llvm::StringRef bytes) : rest(bytes) {}

  template <typename T> T number() {
    llvm::StringRef piece = take(sizeof(T));
    return piece.empty() ? T{0} : llvm::support::endian::read<T, llvm::endianness::little>(piece.data());
  }

  // The next `bytes` bytes; empty when there are fewer.
  llvm::StringRef take(uint64_t bytes) {
    if (bytes > rest.size()) {
      broken = true;
      rest = {};
      return {};
    }
    llvm::StringRef piece = rest.take_front(bytes);
    rest = rest.drop_front(bytes);
    return piece;
  }

  // A protobuf varint of up to 64 bits.
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      uint8_t byte = number<uint8_t>();
      value |= static_cast<uint64_t>(byte & 0x7f) << shift;
      if (!(byte & 0x80))
        return value;
    }
    broken = true;
    return 0;
  }

  bool atEnd() const { return rest.empty(); }
  bool failed() const { return broken; }
  llvm::StringRef remaining() const { return rest; }

private:
  llvm::StringRef rest;
  bool broken = false;
};

} // namespace llmc::tools
#endif
