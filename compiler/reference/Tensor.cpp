// Memory of tensors, and their way from and to attributes.
#include "compiler/reference/Tensor.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include <cstdlib>

using namespace mlir;

namespace llmc::reference {

std::optional<ElementKind> elementKind(Type type) {
  if (type.isIndex())
    return ElementKind::Index;
  switch (ir::dtypeOf(type).value_or(0)) {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy)                                                \
  case number:                                                                                                         \
    return ElementKind::type;
#include "llmc/element_types.def"
  }
  return std::nullopt;
}

int64_t elementBytes(ElementKind kind) {
  return dispatch(kind, [](auto value) { return static_cast<int64_t>(sizeof value); });
}

std::optional<int64_t> elementCount(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  bool empty = false, overflow = false;
  for (int64_t size : shape) {
    if (size < 0)
      return std::nullopt;
    empty = empty || size == 0;
    overflow = overflow || llvm::MulOverflow(count, size, count);
  }
  if (empty)
    return 0;
  return overflow ? std::nullopt : std::optional<int64_t>(count);
}

SmallVector<int64_t, 4> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t, 4> strides(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    strides[axis - 1] = strides[axis] * shape[axis];
  return strides;
}

SmallVector<int64_t, 4> broadcastStrides(ArrayRef<int64_t> shape, ArrayRef<int64_t> wide) {
  size_t added = wide.size() - shape.size();
  SmallVector<int64_t, 4> own = rowMajorStrides(shape), strides(wide.size(), 0);
  for (size_t axis = 0; axis < shape.size(); ++axis)
    strides[added + axis] = shape[axis] == 1 ? 0 : own[axis];
  return strides;
}

int64_t strideOffset(ArrayRef<int64_t> strides, ArrayRef<int64_t> sizes, int64_t number) {
  int64_t offset = 0;
  for (size_t axis = sizes.size(); axis-- > 0; number /= sizes[axis])
    offset += strides[axis] * (number % sizes[axis]);
  return offset;
}

std::vector<float> floatsOf(const Tensor &tensor) {
  std::vector<float> numbers(tensor.elementCount());
  dispatchFloat(tensor.kind(), [&](auto element) {
    for (auto [to, from] : llvm::zip_equal(numbers, tensor.values<decltype(element)>()))
      to = static_cast<float>(from);
  });
  return numbers;
}

std::string shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "a scalar";
  return llvm::join(llvm::map_range(shape, [](int64_t size) { return std::to_string(size); }), "x");
}

llvm::Expected<Tensor> Tensor::withoutData(Type elementType, ArrayRef<int64_t> shape) {
  auto kind = elementKind(elementType);
  if (!kind)
    return llvm::createStringError("tensors of this element type can't be computed");
  Tensor tensor;
  tensor.type = elementType;
  tensor.elements = *kind;
  tensor.sizes.assign(shape.begin(), shape.end());
  return tensor;
}

llvm::Expected<Tensor> Tensor::allocate(Type elementType, ArrayRef<int64_t> shape) {
  auto tensor = withoutData(elementType, shape);
  if (!tensor)
    return tensor;
  auto count = reference::elementCount(shape);
  int64_t bytes;
  if (!count || llvm::MulOverflow(*count, reference::elementBytes(tensor->elements), bytes))
    return llvm::createStringError("no tensor can have the sizes " + shapeText(shape));
  // Whole cache lines: large blocks then begin on a page or a line, and memory is never touched
  // before it is written.
  auto *memory = static_cast<char *>(std::aligned_alloc(64, llvm::alignTo(std::max<int64_t>(bytes, 1), 64)));
  if (!memory)
    return llvm::createStringError("no memory for a tensor of " + llvm::Twine(bytes) + " bytes");
  tensor->data = std::shared_ptr<char>(memory, std::free);
  return tensor;
}

llvm::Expected<Tensor> Tensor::borrow(Type elementType, ArrayRef<int64_t> shape, ArrayRef<char> bytes) {
  auto tensor = withoutData(elementType, shape);
  if (!tensor)
    return tensor;
  auto count = reference::elementCount(shape);
  if (!count || *count > static_cast<int64_t>(bytes.size()) ||
      static_cast<size_t>(*count * reference::elementBytes(tensor->elements)) != bytes.size())
    return llvm::createStringError("a tensor of " + shapeText(shape) + " elements can't have " +
                                   llvm::Twine(bytes.size()) + " bytes");
  if (reinterpret_cast<uintptr_t>(bytes.data()) % reference::elementBytes(tensor->elements) != 0) {
    auto copy = allocate(elementType, shape);
    if (copy)
      llvm::copy(bytes, copy->mutableBytes().begin());
    return copy;
  }
  // The deleter that does nothing marks the bytes as someone else's.
  tensor->data = std::shared_ptr<char>(const_cast<char *>(bytes.data()), [](char *) {});
  return tensor;
}

Tensor Tensor::scalar(Type elementType, int64_t value) {
  Tensor tensor = llvm::cantFail(allocate(elementType, {}));
  std::memcpy(tensor.mutableBytes().data(), &value, tensor.byteCount()); // little-endian
  return tensor;
}

static llvm::Error readDense(DenseElementsAttr dense, Tensor &tensor) {
  MutableArrayRef<char> bytes = tensor.mutableBytes();
  if (tensor.kind() == ElementKind::I1) { // attributes may pack bools
    for (auto [slot, value] : llvm::zip(bytes, dense.getValues<bool>()))
      slot = value;
    return llvm::Error::success();
  }
  ArrayRef<char> raw = dense.getRawData();
  size_t each = reference::elementBytes(tensor.kind());
  if (dense.isSplat())
    for (size_t i = 0; i < bytes.size(); i += each)
      std::memcpy(bytes.data() + i, raw.data(), each);
  else
    llvm::copy(raw, bytes.begin());
  return llvm::Error::success();
}

llvm::Expected<Tensor> Tensor::fromAttribute(ElementsAttr attribute) {
  ShapedType type = attribute.getShapedType();
  auto tensor = allocate(type.getElementType(), type.getShape());
  if (!tensor)
    return tensor.takeError();
  if (auto dense = dyn_cast<DenseElementsAttr>(attribute)) {
    if (auto error = readDense(dense, *tensor))
      return error;
    return tensor;
  }
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || static_cast<int64_t>(blob->getData().size()) != tensor->byteCount())
      return llvm::createStringError("a dense resource lacks its data");
    llvm::copy(blob->getData(), tensor->mutableBytes().begin());
    return tensor;
  }
  return llvm::createStringError("a constant of this kind of attribute can't be read");
}

DenseElementsAttr Tensor::toAttribute() const {
  if (elements != ElementKind::I1)
    return DenseElementsAttr::getFromRawBuffer(tensorType(), bytes());
  SmallVector<bool> bools;
  for (char byte : bytes())
    bools.push_back(byte != 0);
  return DenseElementsAttr::get(tensorType(), bools);
}

int64_t Tensor::elementCount() const { return *reference::elementCount(sizes); }

double Tensor::number(int64_t position) const {
  if (!isFloat(elements))
    return static_cast<double>(integer(position));
  return dispatchFloat(elements, [&](auto type) { return static_cast<double>(values<decltype(type)>()[position]); });
}

int64_t Tensor::integer(int64_t position) const {
  switch (elements) {
  case ElementKind::I1:
    return values<uint8_t>()[position] != 0;
  case ElementKind::I8:
    return values<int8_t>()[position];
  case ElementKind::I16:
    return values<int16_t>()[position];
  case ElementKind::I32:
    return values<int32_t>()[position];
  case ElementKind::I64:
  case ElementKind::Index:
    return values<int64_t>()[position];
  default:
    return static_cast<int64_t>(number(position));
  }
}

Tensor Tensor::withShape(ArrayRef<int64_t> shape) const {
  assert(reference::elementCount(shape) == elementCount() && "a view has as many elements");
  Tensor view = *this;
  view.sizes.assign(shape.begin(), shape.end());
  return view;
}

} // namespace llmc::reference
