// Structs of the C API begin with their size and grow at their end; callers may be older or newer than this library.
#ifndef LLMC_COMPILER_API_SIZEDSTRUCTS_H
#define LLMC_COMPILER_API_SIZEDSTRUCTS_H

#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"
#include <cstring>

namespace llmc::api {

/// A copy of the caller's struct in this library's size: fields that it does not have are 0. Fails where the size is
/// none, or fields are set that this library does not know.
template <typename T> llvm::Expected<T> readSized(const T &theirs, const char *name) {
  if (theirs.size < sizeof(size_t))
    return usageError(llvm::Twine(name) + ".size is not set; try: sizeof(" + name + ")");
  llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(&theirs), theirs.size);
  if (llvm::any_of(bytes.drop_front(std::min(sizeof(T), bytes.size())), [](char byte) { return byte != 0; }))
    return usageError(llvm::Twine(name) + " has fields that this version does not know; try: a newer libllmc");
  T ours = {};
  std::memcpy(&ours, bytes.data(), std::min(sizeof(T), bytes.size()));
  ours.size = sizeof(T);
  return ours;
}

/// Fills as much of the caller's struct as it has room for; fields that this library does not know become 0. False
/// where the size is none.
template <typename T> bool writeSized(T ours, T &theirs) {
  if (theirs.size < sizeof(size_t))
    return false;
  ours.size = theirs.size;
  auto *bytes = reinterpret_cast<char *>(&theirs);
  std::memset(bytes, 0, ours.size);
  std::memcpy(bytes, &ours, std::min(sizeof(T), ours.size));
  return true;
}

} // namespace llmc::api

#endif
