// Bytes of a file lie at any alignment, so they are copied before they are read as elements.
#include "compiler/frontend/onnx/TensorImporter.h"
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/frontend/onnx/NarrowTensors.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/Support/Path.h"

using namespace mlir;

namespace llmc::frontend {

static RankedTensorType typeOf(const TensorData &tensor, MLIRContext *context) {
  return RankedTensorType::get(tensor.dims, mlirTypeOf(tensor.elementType, context));
}

DenseElementsAttr denseAttribute(const TensorData &tensor, MLIRContext *context) {
  if (isNarrow(tensor.elementType))
    return narrowAttribute(tensor, context);
  RankedTensorType type = typeOf(tensor, context);
  if (tensor.elementType == OnnxElementType::Bool) {
    SmallVector<bool> values = llvm::map_to_vector(tensor.bytes, [](uint8_t byte) { return byte != 0; });
    return DenseElementsAttr::get(type, values);
  }
  std::vector<uint64_t> aligned((tensor.bytes.size() + 7) / 8);
  if (!tensor.bytes.empty())
    memcpy(aligned.data(), tensor.bytes.data(), tensor.bytes.size());
  ArrayRef<char> bytes(reinterpret_cast<const char *>(aligned.data()), tensor.bytes.size());
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

/// Zero points of large symmetric weights, whose being 0 passes have to see.
static bool isZeroInMemory(const TensorData &tensor, Type element) {
  return isa<IntegerType>(element) && !tensor.bytes.empty() &&
         llvm::all_of(tensor.bytes, [](uint8_t byte) { return byte == 0; });
}

Value TensorImporter::materialize(const TensorData &tensor, llvm::StringRef name, ImplicitLocOpBuilder &builder) {
  RankedTensorType type = typeOf(tensor, builder.getContext());
  if (isZeroInMemory(tensor, type.getElementType()))
    return ir::ConstantOp::create(builder,
                                  DenseElementsAttr::get(type, Attribute(builder.getZeroAttr(type.getElementType()))));
  if (type.getNumElements() > kLargestConstant) {
    if (!isNarrow(tensor.elementType))
      return getWeight(tensor, name, builder);
    TensorData packed = tensor;
    packed.elementType = OnnxElementType::UInt8;
    packed.dims = {static_cast<int64_t>(*storageBytes(tensor.elementType, tensor.dims))};
    return spreadBytes(getWeight(packed, name, builder), tensor, builder);
  }
  return ir::ConstantOp::create(builder, denseAttribute(tensor, builder.getContext()));
}

Value TensorImporter::getWeight(const TensorData &tensor, llvm::StringRef name, ImplicitLocOpBuilder &builder) {
  RankedTensorType type = typeOf(tensor, builder.getContext());
  std::string file = ("memory:" + name).str();
  uint64_t offset = 0;
  if (tensor.range) {
    llvm::StringRef path = model.files().name(tensor.range->file);
    file = tensor.range->file == 0 ? llvm::sys::path::filename(path).str() : path.str();
    offset = tensor.range->offset;
  }
  if (auto known = symbols.lookup<ir::WeightOp>(name); known && known.getFile() == file && known.getOffset() == offset)
    return ir::GetWeightOp::create(builder, type, known.getSymName());
  if (!tensor.range)
    weights.addBlob(file, std::vector<char>(tensor.bytes.begin(), tensor.bytes.end()));
  OpBuilder detached(builder.getContext());
  auto weight = ir::WeightOp::create(detached, builder.getLoc(), detached.getStringAttr(name), TypeAttr::get(type),
                                     detached.getStringAttr(file), detached.getI64IntegerAttr(offset));
  auto module = cast<ModuleOp>(symbols.getOp());
  symbols.insert(weight, std::prev(module.getBody()->end())); // before @main, renamed where the name is taken
  return ir::GetWeightOp::create(builder, type, weight.getSymName());
}

} // namespace llmc::frontend
