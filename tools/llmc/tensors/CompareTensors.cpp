// Elements are compared as doubles; types and shapes have to be the same.
#include "tools/llmc/tensors/CompareTensors.h"

#include "tools/llmc/tensors/ElementType.h"
#include <cstring>

using namespace llmc;
using namespace llmc::tools;

llvm::Expected<Comparison> llmc::tools::compareTensors(const HostTensor &got, const HostTensor &want,
                                                       Tolerance tolerance) {
  const ElementType *gotType = findElementType(got.dtype), *wantType = findElementType(want.dtype);
  if (!gotType || !wantType || got.shape != want.shape || got.elementCount() != want.elementCount())
    return llvm::createStringError("got " + got.typeText() + ", expected " + want.typeText());
  bool sameType = got.dtype == want.dtype;
  bool integers = gotType->kind != ElementType::Float && gotType->kind != ElementType::Bool;
  Comparer comparer(tolerance);
  for (size_t i = 0; i < want.elementCount(); ++i) {
    const uint8_t *gotAt = &got.bytes[i * gotType->bytes()];
    const uint8_t *wantAt = &want.bytes[i * wantType->bytes()];
    bool sameBits = sameType && std::memcmp(gotAt, wantAt, gotType->bytes()) == 0;
    comparer.add(loadElement(got.dtype, gotAt), loadElement(want.dtype, wantAt), sameBits,
                 sameType && integers && !sameBits);
  }
  return comparer.finish();
}
