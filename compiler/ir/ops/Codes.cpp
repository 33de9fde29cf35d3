// Numbers that are stored as codes of a few bits.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/DimOracle.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Measurements.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

/// C1.
static bool elementsFit(DecodeOp::Adaptor op) {
  Type zero = op.getZeros() ? getElementTypeOrSelf(op.getZeros()) : Type();
  return getElementTypeOrSelf(op.getCodes()).isInteger(8) && isa<FloatType>(op.getElement()) &&
         !getElementTypeOrSelf(op.getScales()).isF64() && (!zero || zero.isInteger(8) || zero.isF32());
}

LogicalResult DecodeOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getCodes());
  size_t rank = result.dims.size(), axis = op.getAxis();
  int64_t size = op.getSize(), block = op.getBlock(), bits = op.getBits();
  if (!elementsFit(op) || axis >= rank) // C1
    return oracle.fail("codes must be i8, scales at most f32, zeros i8 or f32, and the axis one of theirs");
  if ((bits != 2 && bits != 4 && bits != 8) || block < 1 || size < 1) // C2
    return oracle.fail("codes must have 2, 4 or 8 bits, and blocks and the axis a positive size");
  int64_t group = op.getGroup();
  if (group != 1 && (group != 4 || axis + 1 == rank || !result.dims.back().isConstant(group))) // C4
    return oracle.fail("bytes lie side by side in groups of 4, along the last axis, or not at all");
  result.dims.back() = group > 1 ? DimExpr(1) : result.dims.back();
  auto require = [&](Value tensor, int64_t each, const Twine &message) -> LogicalResult {
    DimVector dims = oracle.dims(tensor);
    if (group > 1 && tensor == op.getCodes())
      dims.back() = 1;
    if (dims.size() != rank)
      return oracle.fail("codes, scales and zeros must have one rank");
    for (size_t i = 0; i < rank; ++i) // C3
      if (failed(oracle.require(DimRelation::Equal, dims[i],
                                i == axis ? DimExpr(llvm::divideCeil(size, each)) : result.dims[i], message)))
        return failure();
    return success();
  };
  if (failed(require(op.getCodes(), 8 / bits * group, "codes differ from the size along the axis")) ||
      failed(require(op.getScales(), block, "scales differ from the blocks")) ||
      (op.getZeros() && failed(require(op.getZeros(), block, "zeros differ from the blocks"))))
    return failure();
  result.dims[axis] = size;
  result.elementType = op.getElement();
  return success();
}

/// A byte holds several codes, and a scale is that of a block; but fetching them again costs no more than the first
/// time.
Reading DecodeOp::getReading(OpOperand &) { return Reading::Once; }
bool DecodeOp::keepsRows(DimAnalysis &) {
  return static_cast<int64_t>(getAxis()) + 1 < cast<RankedTensorType>(getCodes().getType()).getRank();
}
bool DecodeOp::picks(OpOperand &) { return false; }

/// Of a matrix of static sizes: those of codes, and of scales and zeros.
static std::pair<DimVector, DimVector> encodedDims(RankedTensorType matrix, int64_t bits, int64_t block,
                                                   int64_t apart) {
  int64_t rows = matrix.getDimSize(0), columns = matrix.getDimSize(1);
  return {{llvm::divideCeil(rows, 8 / bits * apart) * apart, columns}, {llvm::divideCeil(rows, block), columns}};
}

/// Codes, scales and zeros.
static SmallVector<Type> encodedTypes(RankedTensorType matrix, int64_t bits, int64_t block, int64_t apart,
                                      bool symmetric) {
  auto [codes, parts] = encodedDims(matrix, bits, block, apart);
  Builder builder(matrix.getContext());
  Type byte = builder.getI8Type(), scale = symmetric ? Type(builder.getF32Type()) : builder.getBF16Type();
  return {ShapedResult{codes, byte}.type(), ShapedResult{parts, scale}.type(), ShapedResult{parts, byte}.type()};
}

void EncodeOp::build(OpBuilder &builder, OperationState &state, Value matrix, Value moments, int64_t bits,
                     int64_t block, bool symmetric, int64_t apart) {
  state.addOperands(matrix);
  if (moments)
    state.addOperands(moments);
  state.addAttribute(getBitsAttrName(state.name), builder.getI64IntegerAttr(bits));
  state.addAttribute(getBlockAttrName(state.name), builder.getI64IntegerAttr(block));
  state.addAttribute(getApartAttrName(state.name), builder.getI64IntegerAttr(apart));
  if (symmetric)
    state.addAttribute(getSymmetricAttrName(state.name), builder.getUnitAttr());
  state.addTypes(encodedTypes(cast<RankedTensorType>(matrix.getType()), bits, block, apart, symmetric));
}

/// Of floats of at most 32 bits.
static bool isMatrix(Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  return type.getRank() == 2 && type.hasStaticShape() && type.getNumElements() > 0 && !type.getElementType().isF64();
}

LogicalResult EncodeOp::verify() {
  auto bits = static_cast<int64_t>(getBits()), block = static_cast<int64_t>(getBlock()),
       apart = static_cast<int64_t>(getApart());
  if (!isMatrix(getMatrix()) || (getMoments() && !isMatrix(getMoments()))) // C1
    return emitOpError("takes matrices of static sizes that are not empty, of floats of at most 32 bits");
  if ((bits != 2 && bits != 4 && bits != 8) || block < 1 || apart < 1) // C2
    return emitOpError("makes codes of 2, 4 or 8 bits, in blocks of a positive size, a positive number of rows apart");
  auto type = cast<RankedTensorType>(getMatrix().getType());
  SmallVector<int64_t> square(2, type.getDimSize(0));
  if (getMoments() && cast<RankedTensorType>(getMoments().getType()).getShape() != ArrayRef(square)) // C3
    return emitOpError("takes moments of ") << square[0] << " x " << square[0] << ", one for each two rows";
  if (getSymmetric() && bits != 8) // C5
    return emitOpError("makes symmetric codes of 8 bits only");
  if (SmallVector<Type> types = encodedTypes(type, bits, block, apart, getSymmetric());
      !llvm::equal(getResultTypes(), types)) // C4
    return emitOpError("gives ") << TypeRange(types);
  return success();
}

LogicalResult EncodeOp::inferDims(DimOracle &, SmallVectorImpl<DimVector> &dims) {
  auto [codes, parts] = encodedDims(cast<RankedTensorType>(getMatrix().getType()), static_cast<int64_t>(getBits()),
                                    static_cast<int64_t>(getBlock()), static_cast<int64_t>(getApart()));
  dims.append({codes, parts, parts});
  return success();
}

static int64_t columnsOf(Value extents) { return cast<RankedTensorType>(extents.getType()).getShape().back(); }

void BalanceOp::build(OpBuilder &builder, OperationState &state, Value extents, ValueRange matrices) {
  state.addOperands(extents);
  state.addOperands(matrices);
  state.addTypes(SmallVector<Type>(2, RankedTensorType::get(columnsOf(extents), builder.getF32Type())));
}

LogicalResult BalanceOp::verify() {
  auto rowsOf = [](Value matrix) { return cast<RankedTensorType>(matrix.getType()).getDimSize(0); };
  if (!isMatrix(getExtents()) || rowsOf(getExtents()) != kExtentRows || getMatrices().empty() ||
      !llvm::all_of(getMatrices(),
                    [&](Value matrix) { return isMatrix(matrix) && rowsOf(matrix) == columnsOf(getExtents()); })) // C1
    return emitOpError("takes ") << kExtentRows
                                 << " rows of extents, and matrices with a row for each of their columns";
  Type vector = RankedTensorType::get(columnsOf(getExtents()), Builder(getContext()).getF32Type());
  if (getCenters().getType() != vector) // C2
    return emitOpError("gives vectors of ") << vector;
  return success();
}

LogicalResult BalanceOp::inferDims(DimOracle &, SmallVectorImpl<DimVector> &dims) {
  dims.append(2, DimVector{DimExpr(columnsOf(getExtents()))});
  return success();
}

} // namespace llmc::ir
