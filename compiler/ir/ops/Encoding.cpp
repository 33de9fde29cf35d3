// Rounding of weights to codes.
#include "compiler/ir/Encoding.h"
#include "compiler/ir/DimOracle.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

#define GET_OP_CLASSES
#include "compiler/ir/EncodingOps.cpp.inc"

namespace llmc::ir {

/// Of a matrix of static sizes: those of codes, and of scales and zeros.
static std::pair<DimVector, DimVector> encodedDims(RankedTensorType matrix, int64_t bits, int64_t block) {
  int64_t rows = matrix.getDimSize(0), columns = matrix.getDimSize(1);
  return {{llvm::divideCeil(rows, 8 / bits), columns}, {llvm::divideCeil(rows, block), columns}};
}

/// Codes, scales and zeros.
static SmallVector<Type> encodedTypes(RankedTensorType matrix, int64_t bits, int64_t block) {
  auto [codes, parts] = encodedDims(matrix, bits, block);
  Type byte = IntegerType::get(matrix.getContext(), 8), scale = BFloat16Type::get(matrix.getContext());
  return {ShapedResult{codes, byte}.type(), ShapedResult{parts, scale}.type(), ShapedResult{parts, byte}.type()};
}

void EncodeOp::build(OpBuilder &builder, OperationState &state, Value matrix, Value moments, int64_t bits,
                     int64_t block) {
  state.addOperands(matrix);
  if (moments)
    state.addOperands(moments);
  state.addAttribute(getBitsAttrName(state.name), builder.getI64IntegerAttr(bits));
  state.addAttribute(getBlockAttrName(state.name), builder.getI64IntegerAttr(block));
  state.addTypes(encodedTypes(cast<RankedTensorType>(matrix.getType()), bits, block));
}

LogicalResult EncodeOp::verify() {
  auto isMatrix = [](Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    return type.getRank() == 2 && type.hasStaticShape() && type.getNumElements() > 0 && !type.getElementType().isF64();
  };
  auto bits = static_cast<int64_t>(getBits()), block = static_cast<int64_t>(getBlock());
  if (!isMatrix(getMatrix()) || (getMoments() && !isMatrix(getMoments()))) // C1
    return emitOpError("takes matrices of static sizes that are not empty, of floats of at most 32 bits");
  if ((bits != 2 && bits != 4 && bits != 8) || block < 1) // C2
    return emitOpError("makes codes of 2, 4 or 8 bits, in blocks of a positive size");
  auto type = cast<RankedTensorType>(getMatrix().getType());
  SmallVector<int64_t> square(2, type.getDimSize(0));
  if (getMoments() && cast<RankedTensorType>(getMoments().getType()).getShape() != ArrayRef(square)) // C3
    return emitOpError("takes moments of ") << square[0] << " x " << square[0] << ", one for each two rows";
  if (SmallVector<Type> types = encodedTypes(type, bits, block); !llvm::equal(getResultTypes(), types)) // C4
    return emitOpError("gives ") << TypeRange(types);
  return success();
}

LogicalResult EncodeOp::inferDims(DimOracle &, SmallVectorImpl<DimVector> &dims) {
  auto [codes, parts] = encodedDims(cast<RankedTensorType>(getMatrix().getType()), static_cast<int64_t>(getBits()),
                                    static_cast<int64_t>(getBlock()));
  dims.append({codes, parts, parts});
  return success();
}

} // namespace llmc::ir
