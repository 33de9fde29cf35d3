// https://protobuf.dev/programming-guides/encoding, less groups: ONNX has none.
#include "compiler/frontend/onnx/WireFormat.h"

namespace llmc::frontend {

enum class VarintStatus { Good, Truncated, Malformed };

/// Moves `offset` past the number.
static VarintStatus readVarint(llvm::ArrayRef<uint8_t> bytes, size_t &offset, uint64_t &value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (offset == bytes.size())
      return VarintStatus::Truncated;
    uint8_t byte = bytes[offset++];
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80)
      return VarintStatus::Good;
  }
  return VarintStatus::Malformed;
}

WireReader::Status WireReader::next(WireField &field) {
  if (offset == message.size())
    return Status::End;
  size_t at = offset;
  missing = 1;
  auto fail = [](VarintStatus status) {
    return status == VarintStatus::Truncated ? Status::Truncated : Status::Malformed;
  };

  uint64_t tag = 0, value = 0;
  if (VarintStatus status = readVarint(message, at, tag); status != VarintStatus::Good)
    return fail(status);
  if (tag >> 3 == 0 || tag > UINT32_MAX)
    return Status::Malformed;

  uint64_t payloadBytes = 0;
  WireType type = static_cast<WireType>(tag & 7);
  switch (type) {
  case WireType::Varint:
    if (VarintStatus status = readVarint(message, at, value); status != VarintStatus::Good)
      return fail(status);
    break;
  case WireType::Fixed64:
    payloadBytes = 8;
    break;
  case WireType::Fixed32:
    payloadBytes = 4;
    break;
  case WireType::Bytes:
    if (VarintStatus status = readVarint(message, at, payloadBytes); status != VarintStatus::Good)
      return fail(status);
    break;
  default:
    return Status::Malformed;
  }
  if (payloadBytes > message.size() - at) {
    missing = payloadBytes - (message.size() - at);
    return Status::Truncated;
  }
  field.number = static_cast<uint32_t>(tag >> 3);
  field.type = type;
  field.payload = message.slice(at, payloadBytes);
  field.whole = message.slice(offset, at + payloadBytes - offset);
  offset = at + payloadBytes;
  return Status::Field;
}

void appendVarint(std::string &message, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    message.push_back(static_cast<char>(value | 0x80));
  message.push_back(static_cast<char>(value));
}

void appendVarintField(std::string &message, uint32_t number, uint64_t value) {
  appendVarint(message, uint64_t(number) << 3 | uint64_t(WireType::Varint));
  appendVarint(message, value);
}

void appendBytesField(std::string &message, uint32_t number, llvm::StringRef payload) {
  appendVarint(message, uint64_t(number) << 3 | uint64_t(WireType::Bytes));
  appendVarint(message, payload.size());
  message.append(payload.data(), payload.size());
}

} // namespace llmc::frontend
