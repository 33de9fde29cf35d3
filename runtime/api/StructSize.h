// Structs of the public API grow at their end; their first field says how large the caller's is.
#ifndef LLMC_RUNTIME_API_STRUCTSIZE_H
#define LLMC_RUNTIME_API_STRUCTSIZE_H

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace llmc::runtime {

// No struct of any version is larger; a larger size field is uninitialised memory.
constexpr size_t largestStruct = 4096;

inline bool plausibleSize(size_t size) { return size >= sizeof(size_t) && size <= largestStruct; }

// Copies the caller's struct, older or newer than ours; absent fields become zero. False when its
// size is unset, or it asks for something that this runtime does not know.
template <typename T> bool readStruct(const T &theirs, T &ours) {
  size_t size = theirs.size;
  if (!plausibleSize(size))
    return false;
  const uint8_t *bytes = reinterpret_cast<const uint8_t *>(&theirs);
  for (size_t i = sizeof(T); i < size; ++i)
    if (bytes[i])
      return false;
  ours = T{};
  std::memcpy(&ours, bytes, size < sizeof(T) ? size : sizeof(T));
  return true;
}

// Fills as much of the caller's struct as it has room for; fields that we don't know become zero.
template <typename T> bool writeStruct(T ours, T *theirs) {
  if (!theirs || !plausibleSize(theirs->size))
    return false;
  size_t size = theirs->size;
  ours.size = size;
  uint8_t *bytes = reinterpret_cast<uint8_t *>(theirs);
  std::memcpy(bytes, &ours, size < sizeof(T) ? size : sizeof(T));
  if (size > sizeof(T))
    std::memset(bytes + sizeof(T), 0, size - sizeof(T));
  return true;
}

} // namespace llmc::runtime
#endif
