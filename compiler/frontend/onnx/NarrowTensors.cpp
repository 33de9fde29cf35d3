// A byte has at most 256 values, so a table says what each holds.
#include "compiler/frontend/onnx/NarrowTensors.h"
#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/frontend/onnx/Float8.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;

namespace llmc::frontend {

static float floatOf(uint8_t byte, OnnxElementType type) {
  APFloat value(semanticsOf(type), APInt(8, byte));
  bool inexact;
  value.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &inexact);
  return value.convertToFloat();
}

/// The integers of a byte, the one in its low bits first.
static int8_t integerOf(uint8_t byte, unsigned position, OnnxElementType type) {
  unsigned bits = infoOf(type).bits;
  APInt value = APInt(8, byte).extractBits(bits, position * bits);
  return static_cast<int8_t>(isUnsigned(type) ? value.getZExtValue() : value.getSExtValue());
}

static unsigned elementsOfByte(OnnxElementType type) { return 8 / infoOf(type).bits; }

/// As many elements as `shape` has.
static DenseElementsAttr decode(ArrayRef<uint8_t> bytes, OnnxElementType type, RankedTensorType shape) {
  unsigned each = elementsOfByte(type);
  auto indices = llvm::seq<int64_t>(0, shape.getNumElements());
  if (isa<FloatType>(shape.getElementType()))
    return DenseElementsAttr::get(
        shape, ArrayRef<float>(llvm::map_to_vector(indices, [&](int64_t i) { return floatOf(bytes[i], type); })));
  return DenseElementsAttr::get(shape, ArrayRef<int8_t>(llvm::map_to_vector(indices, [&](int64_t i) {
                                  return integerOf(bytes[i / each], i % each, type);
                                })));
}

DenseElementsAttr narrowAttribute(const TensorData &tensor, MLIRContext *context) {
  return decode(tensor.bytes, tensor.elementType,
                RankedTensorType::get(tensor.dims, mlirTypeOf(tensor.elementType, context)));
}

Value spreadBytes(Value bytes, const TensorData &tensor, ImplicitLocOpBuilder &builder) {
  Type element = mlirTypeOf(tensor.elementType, builder.getContext());
  int64_t count = cast<RankedTensorType>(bytes.getType()).getDimSize(0), each = elementsOfByte(tensor.elementType);
  auto of = [&](ArrayRef<int64_t> shape) { return RankedTensorType::get(shape, element); };
  Value indices = ir::MapOp::create(builder, bytes, [](OpBuilder &inner, Location location, ValueRange x) -> Value {
    return arith::ExtUIOp::create(inner, location, inner.getI32Type(), x[0]);
  });
  auto everyByte = llvm::to_vector(llvm::map_range(llvm::seq(0, 256), [](int i) { return static_cast<uint8_t>(i); }));
  Value table = ir::ConstantOp::create(builder, decode(everyByte, tensor.elementType, of({256, each})));
  Value values = ir::GatherOp::create(builder, of({count, each}), table, indices, 0);
  values = ir::ReshapeOp::create(builder, of({count * each}), values, ValueRange(), ArrayRef<int64_t>{count * each});
  auto whole = of(tensor.dims);
  int64_t wanted = whole.getNumElements();
  if (wanted != count * each) // the last byte is not full
    values = ir::SliceOp::create(builder, of({wanted}), values, ValueRange(), ValueRange(), ArrayRef<int64_t>{0},
                                 ArrayRef<int64_t>{wanted}, ArrayRef<int64_t>{1});
  return ir::ReshapeOp::create(builder, whole, values, ValueRange(), tensor.dims);
}

} // namespace llmc::frontend
