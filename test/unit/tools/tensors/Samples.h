// Tensors that the tests of all file formats write, read and damage.
#ifndef LLMC_TEST_UNIT_TOOLS_TENSORS_SAMPLES_H
#define LLMC_TEST_UNIT_TOOLS_TENSORS_SAMPLES_H

#include "tools/llmc/tensors/ElementType.h"
#include "tools/llmc/tensors/FillRandom.h"
#include "tools/llmc/tensors/HostTensor.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <gtest/gtest.h>

namespace llmc::tools {

inline const std::vector<uint32_t> allDtypes = [] {
  std::vector<uint32_t> dtypes;
  for (const ElementType &type : elementTypes)
    dtypes.push_back(type.dtype);
  return dtypes;
}();

inline const std::vector<int64_t> sampleShapes[] = {{}, {0}, {3}, {2, 3}, {2, 0, 4}, {1, 2, 3, 4}};

inline HostTensor sample(uint32_t dtype, llvm::ArrayRef<int64_t> shape, uint64_t seed = 1) {
  HostTensor tensor = llvm::cantFail(HostTensor::create(dtype, shape));
  fillRandom(tensor, seed, {-3, 100});
  return tensor;
}

inline void expectSame(const HostTensor &got, const HostTensor &want) {
  EXPECT_EQ(got.name, want.name);
  EXPECT_EQ(got.typeText(), want.typeText());
  EXPECT_EQ(got.bytes, want.bytes);
}

// The text of a failure; "" for success.
template <typename T> std::string errorOf(llvm::Expected<T> result) {
  return result ? "" : llvm::toString(result.takeError());
}

// Every truncation must be refused; every changed byte must be refused or read, but never crash.
template <typename Parse> void damage(const std::string &contents, Parse parse) {
  for (size_t length = 0; length < contents.size(); ++length)
    EXPECT_NE(errorOf(parse(contents.substr(0, length))), "") << "cut to " << length;
  std::string damaged = contents;
  for (char &byte : damaged)
    for (int change : {0x01, 0x20, 0x80, 0xff}) {
      byte = static_cast<char>(byte ^ change);
      errorOf(parse(damaged));
      byte = static_cast<char>(byte ^ change);
    }
}

} // namespace llmc::tools
#endif
