// Types of MLIR's are made by functions that are called as the table calls the types.
#include "compiler/ir/ElementTypes.h"
#include "llmc/element_types.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {
namespace {
namespace types {
Type I1(Builder &b) { return b.getI1Type(); }
Type I8(Builder &b) { return b.getI8Type(); }
Type I16(Builder &b) { return b.getI16Type(); }
Type I32(Builder &b) { return b.getI32Type(); }
Type I64(Builder &b) { return b.getI64Type(); }
Type F16(Builder &b) { return b.getF16Type(); }
Type BF16(Builder &b) { return b.getBF16Type(); }
Type F32(Builder &b) { return b.getF32Type(); }
Type F64(Builder &b) { return b.getF64Type(); }
} // namespace types
} // namespace

Type elementTypeOf(uint32_t dtype, MLIRContext *context) {
  Builder builder(context);
  switch (dtype) {
#define LLMC_ELEMENT(name, number, bits, kind, type, text, c_type, npy)                                                \
  case number:                                                                                                         \
    return types::type(builder);
#include "llmc/element_types.def"
  }
  return {};
}

std::optional<uint32_t> dtypeOf(Type element) {
  for (const ElementType &row : elementTypes)
    if (row.kind != ElementType::Unsigned && elementTypeOf(row.dtype, element.getContext()) == element)
      return row.dtype;
  return std::nullopt;
}

unsigned elementBits(Type element) {
  if (element.isIndex())
    return 64;
  if (element.isInteger(1))
    return 8;
  return element.getIntOrFloatBitWidth();
}

uint64_t byteSize(RankedTensorType type) {
  uint64_t bytes = 0;
  [[maybe_unused]] bool fits =
      tensorBytes(elementBits(type.getElementType()), type.getShape().data(), type.getRank(), bytes);
  assert(fits && "tensors with data have sizes that their file has been checked for");
  return bytes;
}

DimExpr byteSize(Type element, ArrayRef<DimExpr> dims) {
  unsigned bits = elementBits(element);
  if (bits >= 8)
    return product(dims) * (bits / 8);
  DimExpr last = dims.empty() ? DimExpr(1) : dims.back();
  DimExpr row = DimExpr::floorDiv(last * bits + 7, 8);
  return dims.empty() ? row : product(dims.drop_back()) * row;
}

} // namespace llmc::ir
