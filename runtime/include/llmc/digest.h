// XXH64, the digest of weights files, as a stream: feed it pieces of any size, in order. The result is that of the
// reference implementation on their concatenation. The compiler writes it, the runtime checks it. Little-endian
// machines only.
#ifndef LLMC_DIGEST_H
#define LLMC_DIGEST_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace llmc::runtime {

class Digest {
public:
  explicit Digest(uint64_t seed = 0) : lanes{seed + prime1 + prime2, seed + prime2, seed, seed - prime1}, seed(seed) {}

  void update(const void *data, size_t bytes) {
    const uint8_t *cursor = static_cast<const uint8_t *>(data);
    totalBytes += bytes;
    if (pendingBytes) {
      size_t taken = bytes < stripeBytes - pendingBytes ? bytes : stripeBytes - pendingBytes;
      append(cursor, taken);
      cursor += taken;
      bytes -= taken;
      if (pendingBytes < stripeBytes)
        return;
      consumeStripe(pending);
      pendingBytes = 0;
    }
    for (; bytes >= stripeBytes; bytes -= stripeBytes, cursor += stripeBytes)
      consumeStripe(cursor);
    append(cursor, bytes);
  }

  // The digest of everything so far; more may follow.
  uint64_t finish() const {
    uint64_t hash = totalBytes >= stripeBytes ? mergedLanes() : seed + prime5;
    hash += totalBytes;
    const uint8_t *cursor = pending;
    size_t left = pendingBytes;
    for (; left >= 8; left -= 8, cursor += 8)
      hash = rotate(hash ^ round(0, read<uint64_t>(cursor)), 27) * prime1 + prime4;
    for (; left >= 4; left -= 4, cursor += 4)
      hash = rotate(hash ^ (read<uint32_t>(cursor) * prime1), 23) * prime2 + prime3;
    for (; left > 0; --left, ++cursor)
      hash = rotate(hash ^ (*cursor * prime5), 11) * prime1;
    hash = (hash ^ (hash >> 33)) * prime2;
    hash = (hash ^ (hash >> 29)) * prime3;
    return hash ^ (hash >> 32);
  }

private:
  static constexpr uint64_t prime1 = 0x9E3779B185EBCA87u, prime2 = 0xC2B2AE3D27D4EB4Fu, prime3 = 0x165667B19E3779F9u,
                            prime4 = 0x85EBCA77C2B2AE63u, prime5 = 0x27D4EB2F165667C5u;
  static constexpr size_t stripeBytes = 32;

  static uint64_t rotate(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }
  static uint64_t round(uint64_t lane, uint64_t word) { return rotate(lane + word * prime2, 31) * prime1; }
  template <typename T> static T read(const uint8_t *from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }

  void append(const uint8_t *from, size_t bytes) {
    if (bytes) // an empty piece may come with a null pointer
      std::memcpy(pending + pendingBytes, from, bytes);
    pendingBytes += bytes;
  }
  void consumeStripe(const uint8_t *stripe) {
    for (int lane = 0; lane < 4; ++lane)
      lanes[lane] = round(lanes[lane], read<uint64_t>(stripe + 8 * lane));
  }
  uint64_t mergedLanes() const {
    uint64_t hash = rotate(lanes[0], 1) + rotate(lanes[1], 7) + rotate(lanes[2], 12) + rotate(lanes[3], 18);
    for (uint64_t lane : lanes)
      hash = (hash ^ round(0, lane)) * prime1 + prime4;
    return hash;
  }

  uint64_t lanes[4];
  uint64_t seed;
  uint64_t totalBytes = 0;
  uint8_t pending[stripeBytes];
  size_t pendingBytes = 0;
};

inline uint64_t digestOf(const void *data, size_t bytes) {
  Digest digest;
  digest.update(data, bytes);
  return digest.finish();
}

} // namespace llmc::runtime
#endif
