// Room is between the rows of a state: `length` positions lie together for each place on the axes before the one that
// grows, `capacity` positions apart.
#include "api/States.h"

#include "llmc/element_types.h"
#include <cinttypes>
#include <cstring>

using namespace llmc;
using namespace llmc::runtime;

States::States(const llmc_image &image, const Allocator &allocator, BlockLayout &layout)
    : image(image), allocator(allocator), kept(layout.take<Kept>(image.state_count)) {
  size_t total = 0;
  for (uint32_t i = 0; i < image.state_count; ++i)
    total += output(i).rank;
  allSizes = layout.take<int64_t>(total);
}

void States::initialize() {
  int64_t *sizes = allSizes;
  for (uint32_t i = 0; i < image.state_count; sizes += output(i++).rank) {
    kept[i] = {0, 0, sizes};
    std::memset(sizes, 0, output(i).rank * sizeof(int64_t));
  }
}

void States::release() {
  if (block)
    allocator.release(block, blockBytes);
  block = nullptr;
  blockBytes = 0;
}

bool States::isEmpty() const {
  for (uint32_t i = 0; i < image.state_count; ++i)
    if (kept[i].length)
      return false;
  return true;
}

llmc_status States::reserve(int64_t capacity, Message &message) {
  if (image.state_count == 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "model \"%s\" has no states to reserve room for", image.name);
  if (capacity < 0)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "a capacity of %" PRId64 " positions", capacity);
  if (capacity == room)
    return LLMC_OK;
  if (capacity == 0)
    truncate(0);
  for (uint32_t i = 0; i < image.state_count; ++i)
    if (kept[i].length > capacity)
      return message.fail(LLMC_ERROR_INVALID_ARGUMENT,
                          "output \"%s\" holds %" PRId64 " positions, more than the %" PRId64
                          " to reserve; try: truncate the states first",
                          output(i).name, kept[i].length, capacity);
  if (!isEmpty())
    return move(capacity, message);
  release();
  room = capacity;
  return LLMC_OK;
}

void States::truncate(int64_t length) {
  for (uint32_t i = 0; i < image.state_count; ++i)
    if (kept[i].length > length)
      kept[i].length = length;
}

void States::append(uint32_t state, const int64_t *sizes) { kept[state].length = sizes[image.states[state].axis]; }

llmc_status States::check(uint32_t state, const int64_t *sizes, Message &message) const {
  const llmc_image_tensor &declared = output(state);
  uint32_t growing = image.states[state].axis;
  if (sizes[growing] > room)
    return message.fail(LLMC_ERROR_BUFFER_TOO_SMALL,
                        "output \"%s\" needs room for %" PRId64 " positions, %" PRId64
                        " are reserved; try: reserve more (llmc_context_state_reserve)",
                        declared.name, sizes[growing], room);
  for (uint32_t axis = 0; axis < declared.rank; ++axis)
    if (axis != growing && !isEmpty() && sizes[axis] != kept[state].sizes[axis])
      return message.fail(LLMC_ERROR_SHAPE_MISMATCH,
                          "output \"%s\": axis %u is %" PRId64 ", but the context keeps a state in which it is %" PRId64
                          "; try: llmc_context_state_reset before other sizes",
                          declared.name, axis, sizes[axis], kept[state].sizes[axis]);
  return LLMC_OK;
}

void States::adopt(uint32_t state, const int64_t *sizes) {
  std::memcpy(kept[state].sizes, sizes, output(state).rank * sizeof(int64_t));
}

States::Rows States::rowsOf(uint32_t state) const {
  const llmc_image_tensor &declared = output(state);
  uint32_t growing = image.states[state].axis;
  Rows rows = {1, 0};
  bool fits = tensorBytes(findElementType(declared.dtype)->bits, kept[state].sizes + growing + 1,
                          declared.rank - growing - 1, rows.positionBytes);
  for (uint32_t axis = 0; axis < growing; ++axis)
    fits = !__builtin_mul_overflow(rows.count, static_cast<uint64_t>(kept[state].sizes[axis]), &rows.count) && fits;
  return fits ? rows : Rows{UINT64_MAX, UINT64_MAX};
}

// UINT64_MAX when no memory has so many; a multiple of the alignment otherwise.
static uint64_t bytesFor(const States::Rows &rows, int64_t positions) {
  constexpr uint64_t alignment = Allocator::alignment;
  uint64_t bytes = 0;
  if (__builtin_mul_overflow(rows.count, rows.positionBytes, &bytes) ||
      __builtin_mul_overflow(bytes, static_cast<uint64_t>(positions), &bytes) || bytes > UINT64_MAX - alignment)
    return UINT64_MAX;
  return (bytes + alignment - 1) / alignment * alignment;
}

uint64_t States::bytesOfAll(int64_t positions) const {
  uint64_t total = 0;
  for (uint32_t i = 0; i < image.state_count; ++i)
    if (__builtin_add_overflow(total, bytesFor(rowsOf(i), positions), &total))
      return UINT64_MAX; // no allocator has that much
  return total;
}

static llmc_status noMemory(int64_t positions, Message &message) {
  return message.fail(LLMC_ERROR_NO_MEMORY, "out of memory: no room for states of %" PRId64 " positions", positions);
}

// A block that is large enough stays where it is.
llmc_status States::takeMemory(Message &message) {
  uint64_t bytes = bytesOfAll(room), offset = 0;
  if (bytes > blockBytes) {
    release();
    block = static_cast<uint8_t *>(allocator.allocate(bytes));
    if (!block)
      return noMemory(room, message);
    blockBytes = bytes;
  }
  for (uint32_t i = 0; i < image.state_count; offset += bytesFor(rowsOf(i++), room))
    kept[i].offset = offset;
  return LLMC_OK;
}

// To a block with other room; on failure everything is as before.
llmc_status States::move(int64_t capacity, Message &message) {
  uint64_t bytes = bytesOfAll(capacity), offset = 0;
  auto *moved = bytes ? static_cast<uint8_t *>(allocator.allocate(bytes)) : nullptr;
  if (!moved && bytes)
    return noMemory(capacity, message);
  for (uint32_t i = 0; i < image.state_count; offset += bytesFor(rowsOf(i++), capacity)) {
    copyRows(i, moved + offset, capacity);
    kept[i].offset = offset;
  }
  release();
  block = moved;
  blockBytes = bytes;
  room = capacity;
  return LLMC_OK;
}

void States::copyRows(uint32_t state, uint8_t *to, int64_t positions) const {
  Rows rows = rowsOf(state);
  uint64_t bytes = static_cast<uint64_t>(kept[state].length) * rows.positionBytes;
  const uint8_t *from = data(state);
  for (uint64_t row = 0; row < rows.count && bytes; ++row) {
    std::memcpy(to, from, bytes);
    from += static_cast<uint64_t>(room) * rows.positionBytes;
    to += static_cast<uint64_t>(positions) * rows.positionBytes;
  }
}

llmc_tensor States::shape(uint32_t state) const {
  Rows rows = rowsOf(state);
  llmc_tensor tensor = {};
  tensor.dtype = output(state).dtype;
  tensor.rank = output(state).rank;
  kept[state].sizes[image.states[state].axis] = kept[state].length;
  tensor.dims = kept[state].sizes;
  tensor.bytes = rows.count * rows.positionBytes * static_cast<uint64_t>(kept[state].length);
  return tensor;
}

llmc_status States::read(uint32_t state, void *data, uint64_t bytes, Message &message) const {
  uint64_t needed = shape(state).bytes;
  if (needed > bytes)
    return message.fail(LLMC_ERROR_BUFFER_TOO_SMALL,
                        "output \"%s\": the state holds %" PRIu64 " bytes, the buffer %" PRIu64, output(state).name,
                        needed, bytes);
  if (needed && !data)
    return message.fail(LLMC_ERROR_INVALID_ARGUMENT, "output \"%s\": data is null", output(state).name);
  if (needed)
    copyRows(state, static_cast<uint8_t *>(data), kept[state].length);
  return LLMC_OK;
}
