// Walks protobuf's wire format in a file, without building messages and without reading what it passes over. For files
// that nobody vouches for: every read is checked, and damage is reported by its kind and offset.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_WIREFORMAT_H
#define LLMC_COMPILER_FRONTEND_ONNX_WIREFORMAT_H

#include "compiler/support/InputFile.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llmc::frontend {

enum class WireType : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

/// Bytes of the file.
struct WireRange {
  uint64_t begin, end;

  uint64_t size() const { return end - begin; }
};

struct WireField {
  uint32_t number;
  WireType type;
  WireRange whole;   ///< tag, length and payload
  WireRange payload; ///< of Bytes fields
};

/// The part of a file that is being walked through. The first failure to read sticks; what is read after it is zero.
class WireWindow {
public:
  explicit WireWindow(const InputFile &file) : file(file) {}

  uint64_t fileSize() const { return file.size(); }
  uint8_t at(uint64_t offset) {
    if (offset - begin >= bytes.size())
      moveTo(offset);
    return static_cast<uint8_t>(bytes[offset - begin]);
  }
  void appendTo(std::string &text, WireRange range);
  llvm::Error takeError();

private:
  void moveTo(uint64_t offset);
  void read(uint64_t offset, llvm::MutableArrayRef<char> into);

  const InputFile &file;
  uint64_t begin = 0;
  std::vector<char> bytes; ///< of the file, from `begin` on
  std::optional<llvm::Error> failure;
};

/// Reads the fields of one message one after the other.
class WireReader {
public:
  enum class Status {
    Field,
    End,
    Truncated, ///< a field claims missingBytes() more than the message has
    Malformed, ///< no field can start at position()
  };

  WireReader(WireWindow &window, WireRange message) : window(window), message(message), offset(message.begin) {}

  /// Fills `field` when it returns Field. After any other status the reader stays where it is.
  Status next(WireField &field);

  /// First byte of the next field, as an offset into the file.
  uint64_t position() const { return offset; }
  uint64_t missingBytes() const { return missing; }

private:
  WireWindow &window;
  WireRange message;
  uint64_t offset;
  uint64_t missing = 0;
};

void appendVarint(std::string &message, uint64_t value);
void appendVarintField(std::string &message, uint32_t number, uint64_t value);
void appendBytesField(std::string &message, uint32_t number, llvm::StringRef payload);

} // namespace llmc::frontend

#endif
