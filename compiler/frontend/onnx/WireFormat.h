// Walks protobuf's wire format in place, without building messages. For files that nobody vouches
// for: every read is checked, and damage is reported by its kind and offset.
#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <string>

namespace llmc::frontend {

enum class WireType : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

struct WireField {
  uint32_t number;
  WireType type;
  llvm::ArrayRef<uint8_t> whole;   ///< tag, length and payload
  llvm::ArrayRef<uint8_t> payload; ///< of Bytes fields
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

  explicit WireReader(llvm::ArrayRef<uint8_t> message) : message(message) {}

  /// Fills `field` when it returns Field. After any other status the reader stays where it is.
  Status next(WireField &field);

  /// First byte of the next field, as an offset into the message.
  size_t position() const { return offset; }
  uint64_t missingBytes() const { return missing; }

private:
  llvm::ArrayRef<uint8_t> message;
  size_t offset = 0;
  uint64_t missing = 0;
};

void appendVarint(std::string &message, uint64_t value);
void appendVarintField(std::string &message, uint32_t number, uint64_t value);
void appendBytesField(std::string &message, uint32_t number, llvm::StringRef payload);

} // namespace llmc::frontend
