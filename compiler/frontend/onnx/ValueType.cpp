// Reads TypeProto.
#include "compiler/frontend/onnx/ValueType.h"

#include "llvm/ADT/STLExtras.h"
#include <onnx-ml.pb.h>

namespace llmc::frontend {

using Code = OnnxErrorCode;

static llvm::StringRef kindOf(const onnx::TypeProto &proto) {
  switch (proto.value_case()) {
  case onnx::TypeProto::kTensorType:
    return "tensor";
  case onnx::TypeProto::kSequenceType:
    return "sequence";
  case onnx::TypeProto::kMapType:
    return "map";
  case onnx::TypeProto::kOptionalType:
    return "optional value";
  case onnx::TypeProto::kSparseTensorType:
    return "sparse tensor";
  case onnx::TypeProto::kOpaqueType:
    return "opaque value";
  case onnx::TypeProto::VALUE_NOT_SET:
    break;
  }
  return {};
}

static llvm::SmallVector<Dim, 4> readDims(const onnx::TensorShapeProto &shape) {
  llvm::SmallVector<Dim, 4> dims;
  for (const onnx::TensorShapeProto::Dimension &dim : shape.dim()) {
    Dim &read = dims.emplace_back();
    if (dim.has_dim_value())
      read.size = dim.dim_value();
    else
      read.symbol = dim.dim_param();
  }
  return dims;
}

/// The fixed dims alone must not overflow.
static llvm::Error checkDims(const ValueType &type, llvm::StringRef where, const OnnxReporter &reporter) {
  llvm::SmallVector<int64_t, 4> sizes;
  for (auto [axis, dim] : llvm::enumerate(*type.dims)) {
    sizes.push_back(dim.size.value_or(1));
    if (sizes.back() < 0)
      return reporter.error<Code::InputNegativeDim>(where, axis, sizes.back());
  }
  if (!storageBytes(type.elementType, sizes))
    return reporter.error<Code::TensorTooLarge>(where, fmt::format("[{}]", fmt::join(sizes, ", ")),
                                                infoOf(type.elementType).name);
  return llvm::Error::success();
}

llvm::Expected<ValueType> readInterfaceType(const onnx::TypeProto &proto, llvm::StringRef where,
                                            const OnnxReporter &reporter) {
  const onnx::TypeProto::Tensor &tensor = proto.tensor_type();
  llvm::StringRef kind = kindOf(proto);
  if (kind.empty() || (proto.has_tensor_type() && tensor.elem_type() == 0))
    return reporter.error<Code::InputWithoutType>(where);
  if (!proto.has_tensor_type())
    return reporter.error<Code::NotATensor>(where, kind);
  if (tensor.elem_type() == onnx::TensorProto::STRING)
    return reporter.error<Code::TensorOfStrings>(where);
  auto elementType = onnxElementTypeFromNumber(tensor.elem_type());
  if (!elementType)
    return reporter.error<Code::TensorElementType>(where, tensor.elem_type());

  ValueType type{*elementType, std::nullopt};
  if (tensor.has_shape()) {
    type.dims = readDims(tensor.shape());
    if (llvm::Error error = checkDims(type, where, reporter))
      return std::move(error);
  }
  return type;
}

std::optional<ValueType> readTypeHint(const onnx::TypeProto &proto) {
  llvm::Expected<ValueType> type = readInterfaceType(proto, "", OnnxReporter(""));
  if (type)
    return std::move(*type);
  llvm::consumeError(type.takeError());
  return std::nullopt;
}

} // namespace llmc::frontend
