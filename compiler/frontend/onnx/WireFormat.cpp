// https://protobuf.dev/programming-guides/encoding, less groups: ONNX has none.
#include "compiler/frontend/onnx/WireFormat.h"

namespace llmc::frontend {

void WireWindow::read(uint64_t offset, llvm::MutableArrayRef<char> into) {
  llvm::Error error = file.read(offset, into);
  if (!error)
    return;
  std::fill(into.begin(), into.end(), 0);
  if (failure)
    llvm::consumeError(std::move(error));
  else
    failure.emplace(std::move(error));
}

void WireWindow::moveTo(uint64_t offset) {
  constexpr uint64_t most = 1 << 16;
  begin = offset;
  bytes.resize(std::min(most, file.size() - offset));
  read(begin, bytes);
}

void WireWindow::appendTo(std::string &text, WireRange range) {
  size_t before = text.size();
  text.resize(before + range.size());
  if (range.begin >= begin && range.end <= begin + bytes.size())
    std::copy_n(bytes.begin() + (range.begin - begin), range.size(), text.begin() + before);
  else
    read(range.begin, {text.data() + before, static_cast<size_t>(range.size())});
}

llvm::Error WireWindow::takeError() {
  llvm::Error taken = failure ? std::move(*failure) : llvm::Error::success();
  failure.reset();
  return taken;
}

enum class VarintStatus { Good, Truncated, Malformed };

/// Moves `offset` past the number.
static VarintStatus readVarint(WireWindow &window, uint64_t &offset, uint64_t end, uint64_t &value) {
  value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    if (offset == end)
      return VarintStatus::Truncated;
    uint8_t byte = window.at(offset++);
    value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80)
      return VarintStatus::Good;
  }
  return VarintStatus::Malformed;
}

WireReader::Status WireReader::next(WireField &field) {
  if (offset == message.end)
    return Status::End;
  uint64_t at = offset;
  missing = 1;
  auto fail = [](VarintStatus status) {
    return status == VarintStatus::Truncated ? Status::Truncated : Status::Malformed;
  };

  uint64_t tag = 0, value = 0;
  if (VarintStatus status = readVarint(window, at, message.end, tag); status != VarintStatus::Good)
    return fail(status);
  if (tag >> 3 == 0 || tag > UINT32_MAX)
    return Status::Malformed;

  uint64_t payloadBytes = 0;
  WireType type = static_cast<WireType>(tag & 7);
  switch (type) {
  case WireType::Varint:
    if (VarintStatus status = readVarint(window, at, message.end, value); status != VarintStatus::Good)
      return fail(status);
    break;
  case WireType::Fixed64:
    payloadBytes = 8;
    break;
  case WireType::Fixed32:
    payloadBytes = 4;
    break;
  case WireType::Bytes:
    if (VarintStatus status = readVarint(window, at, message.end, payloadBytes); status != VarintStatus::Good)
      return fail(status);
    break;
  default:
    return Status::Malformed;
  }
  if (payloadBytes > message.end - at) {
    missing = payloadBytes - (message.end - at);
    return Status::Truncated;
  }
  field.number = static_cast<uint32_t>(tag >> 3);
  field.type = type;
  field.payload = {at, at + payloadBytes};
  field.whole = {offset, at + payloadBytes};
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
