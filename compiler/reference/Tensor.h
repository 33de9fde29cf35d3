// A tensor with data: row-major bytes that several tensors may share. Copying a Tensor copies no
// data; data are written only by whoever allocated them, before anyone else sees them.
#ifndef LLMC_COMPILER_REFERENCE_TENSOR_H
#define LLMC_COMPILER_REFERENCE_TENSOR_H

#include "compiler/reference/ElementTypes.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <vector>

namespace llmc::reference {

class Tensor {
public:
  Tensor() = default;

  /// Room for a tensor; its data are unspecified. Fails on negative sizes and where memory does not
  /// suffice.
  static llvm::Expected<Tensor> allocate(mlir::Type elementType, llvm::ArrayRef<int64_t> shape);
  /// A view of bytes that outlive it; a copy where they are not aligned to the element type, as in many ONNX files.
  static llvm::Expected<Tensor> borrow(mlir::Type elementType, llvm::ArrayRef<int64_t> shape,
                                       llvm::ArrayRef<char> bytes);
  /// A copy of the attribute's elements.
  static llvm::Expected<Tensor> fromAttribute(mlir::ElementsAttr attribute);
  /// A tensor of rank 0 that holds one integer or index.
  static Tensor scalar(mlir::Type elementType, int64_t value);

  /// The elements as an attribute; meant for small tensors.
  mlir::DenseElementsAttr toAttribute() const;

  explicit operator bool() const { return static_cast<bool>(type); }
  mlir::Type elementType() const { return type; }
  ElementKind kind() const { return elements; }
  mlir::RankedTensorType tensorType() const { return mlir::RankedTensorType::get(sizes, type); }
  llvm::ArrayRef<int64_t> shape() const { return sizes; }
  int64_t rank() const { return static_cast<int64_t>(sizes.size()); }
  int64_t size(int64_t axis) const { return sizes[axis]; }
  int64_t elementCount() const;
  int64_t byteCount() const { return elementCount() * elementBytes(elements); }

  llvm::ArrayRef<char> bytes() const { return {data.get(), static_cast<size_t>(byteCount())}; }
  /// Only for the one who allocated the tensor.
  llvm::MutableArrayRef<char> mutableBytes() { return {data.get(), static_cast<size_t>(byteCount())}; }

  /// The elements as T, whose size must be that of an element.
  template <typename T> llvm::ArrayRef<T> values() const {
    assert(sizeof(T) == static_cast<size_t>(elementBytes(elements)) && "another type is stored");
    return {reinterpret_cast<const T *>(data.get()), static_cast<size_t>(elementCount())};
  }
  template <typename T> llvm::MutableArrayRef<T> mutableValues() {
    assert(sizeof(T) == static_cast<size_t>(elementBytes(elements)) && "another type is stored");
    return {reinterpret_cast<T *>(data.get()), static_cast<size_t>(elementCount())};
  }
  /// One element of any type as a number; integers are signed, a bool is 0 or 1. Slow.
  double number(int64_t position) const;
  int64_t integer(int64_t position) const;

  /// The same data under other sizes, which must give as many elements.
  Tensor withShape(llvm::ArrayRef<int64_t> shape) const;

private:
  /// Type and sizes, no data yet.
  static llvm::Expected<Tensor> withoutData(mlir::Type elementType, llvm::ArrayRef<int64_t> shape);

  mlir::Type type;
  ElementKind elements = ElementKind::I8;
  llvm::SmallVector<int64_t, 4> sizes;
  std::shared_ptr<char> data;
};

/// Elements of a tensor with these sizes. Nothing when a size is negative or the count does not
/// fit.
std::optional<int64_t> elementCount(llvm::ArrayRef<int64_t> shape);
/// Row-major distances, in elements.
llvm::SmallVector<int64_t, 4> rowMajorStrides(llvm::ArrayRef<int64_t> shape);
/// Distances with which a tensor of `shape` is read as one of the sizes `wide`, as NumPy
/// broadcasts: 0 where it repeats.
llvm::SmallVector<int64_t, 4> broadcastStrides(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> wide);
/// Where the element of this row-major number among `sizes` lies, by such distances.
int64_t strideOffset(llvm::ArrayRef<int64_t> strides, llvm::ArrayRef<int64_t> sizes, int64_t number);
/// The elements of a tensor of floats.
std::vector<float> floatsOf(const Tensor &tensor);
/// "2x3xf32", for messages.
std::string shapeText(llvm::ArrayRef<int64_t> shape);

} // namespace llmc::reference

#endif
