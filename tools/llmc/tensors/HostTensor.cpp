// Shapes come from files and flags: every product is checked.
#include "tools/llmc/tensors/HostTensor.h"

#include "tools/llmc/tensors/ElementType.h"

using namespace llmc::tools;

llvm::Expected<uint64_t> llmc::tools::tensorBytes(uint32_t dtype, llvm::ArrayRef<int64_t> shape) {
  const ElementType *type = findElementType(dtype);
  if (!type)
    return llvm::createStringError("element type %u is not supported", dtype);
  for (int64_t dim : shape)
    if (dim < 0)
      return llvm::createStringError("dim %lld is negative", static_cast<long long>(dim));
  uint64_t bytes = 0;
  if (!llmc::tensorBytes(type->bits, shape.data(), shape.size(), bytes) || bytes > uint64_t{1} << 62)
    return llvm::createStringError("tensor is larger than the address space");
  return bytes;
}

llvm::Expected<HostTensor> HostTensor::create(uint32_t dtype, llvm::ArrayRef<int64_t> shape) {
  llvm::Expected<uint64_t> bytes = tensorBytes(dtype, shape);
  if (!bytes)
    return bytes.takeError();
  HostTensor tensor;
  tensor.dtype = dtype;
  tensor.shape = shape.vec();
  tensor.bytes.resize(*bytes);
  return tensor;
}

size_t HostTensor::elementCount() const {
  const ElementType *type = findElementType(dtype);
  return type ? bytes.size() / type->bytes() : 0;
}

llvm::Error HostTensor::retype(uint32_t newDtype) {
  const ElementType *from = findElementType(dtype), *to = findElementType(newDtype);
  if (!from || !to || from->bytes() != to->bytes())
    return llvm::createStringError("%s can't be taken for %s", from ? from->name : "unknown",
                                   to ? to->name : "unknown");
  dtype = newDtype;
  return llvm::Error::success();
}

std::string HostTensor::typeText() const {
  const ElementType *type = findElementType(dtype);
  std::string text = type ? type->name : "unknown";
  text += '[';
  for (size_t axis = 0; axis < shape.size(); ++axis)
    text += (axis ? ", " : "") + std::to_string(shape[axis]);
  return text + ']';
}
