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

/// C5 of decode: which bits codes have that are not whole numbers.
static std::optional<int64_t> bitsOf(CodeLevels levels) {
  switch (levels) {
  case CodeLevels::Whole:
    return std::nullopt;
  case CodeLevels::NF4:
    return 4;
  case CodeLevels::F8E4M3FN:
    return 8;
  }
  llvm_unreachable("unknown levels");
}

CodeForm DecodeOp::form() {
  CodeZeros zeros = getZeros() ? CodeZeros::OfBlocks : getCentered() ? CodeZeros::Half : CodeZeros::None;
  return {static_cast<int64_t>(getBits()), static_cast<int64_t>(getBlock()), zeros, getLevels()};
}

LogicalResult DecodeOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getCodes());
  size_t rank = result.dims.size(), axis = op.getAxis();
  int64_t size = op.getSize(), block = op.getBlock(), bits = op.getBits();
  if (!elementsFit(op) || axis >= rank) // C1
    return oracle.fail("codes must be i8, scales at most f32, zeros i8 or f32, and the axis one of theirs");
  if ((bits != 2 && bits != 4 && bits != 8) || block < 1 || size < 1) // C2
    return oracle.fail("codes must have 2, 4 or 8 bits, and blocks and the axis a positive size");
  if (auto own = bitsOf(op.getLevels()); own && (bits != *own || op.getZeros() || op.getCentered())) // C5
    return oracle.fail("codes of " + stringifyCodeLevels(op.getLevels()) + " have " + Twine(*own) +
                       " bits, and neither zeros nor a center");
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

/// Whether codes have signs.
static bool isSymmetric(const CodeForm &form) {
  return form.zeros == CodeZeros::None && form.levels == CodeLevels::Whole;
}

/// Of a matrix of static sizes: those of codes, and of scales and zeros.
static std::pair<DimVector, DimVector> encodedDims(RankedTensorType matrix, const CodeForm &form, int64_t apart) {
  int64_t rows = matrix.getDimSize(0), columns = matrix.getDimSize(1);
  return {{llvm::divideCeil(rows, form.perByte() * apart) * apart, columns},
          {llvm::divideCeil(rows, form.block), columns}};
}

/// Codes, scales and zeros.
static SmallVector<Type> encodedTypes(RankedTensorType matrix, const CodeForm &form, int64_t apart) {
  auto [codes, parts] = encodedDims(matrix, form, apart);
  Builder builder(matrix.getContext());
  Type byte = builder.getI8Type(), scale = isSymmetric(form) ? Type(builder.getF32Type()) : builder.getBF16Type();
  return {ShapedResult{codes, byte}.type(), ShapedResult{parts, scale}.type(), ShapedResult{parts, byte}.type()};
}

void EncodeOp::build(OpBuilder &builder, OperationState &state, Value matrix, Value moments, CodeForm form,
                     int64_t apart) {
  state.addOperands(matrix);
  if (moments)
    state.addOperands(moments);
  state.addAttribute(getBitsAttrName(state.name), builder.getI64IntegerAttr(form.bits));
  state.addAttribute(getBlockAttrName(state.name), builder.getI64IntegerAttr(form.block));
  state.addAttribute(getApartAttrName(state.name), builder.getI64IntegerAttr(apart));
  if (isSymmetric(form))
    state.addAttribute(getSymmetricAttrName(state.name), builder.getUnitAttr());
  if (form.zeros == CodeZeros::Half)
    state.addAttribute(getCenteredAttrName(state.name), builder.getUnitAttr());
  if (form.levels != CodeLevels::Whole)
    state.addAttribute(getLevelsAttrName(state.name), CodeLevelsAttr::get(builder.getContext(), form.levels));
  state.addTypes(encodedTypes(cast<RankedTensorType>(matrix.getType()), form, apart));
}

CodeForm EncodeOp::form() {
  bool hasZeros = !getSymmetric() && getLevels() == CodeLevels::Whole;
  CodeZeros zeros = getCentered() ? CodeZeros::Half : hasZeros ? CodeZeros::OfBlocks : CodeZeros::None;
  return {static_cast<int64_t>(getBits()), static_cast<int64_t>(getBlock()), zeros, getLevels()};
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
  if (int64_t own = getSymmetric() ? 8 : bitsOf(getLevels()).value_or(bits); bits != own) // C5
    return emitOpError("makes such codes of ") << own << " bits only";
  if (getSymmetric() + getCentered() + (getLevels() != CodeLevels::Whole) > 1) // C5
    return emitOpError("makes codes that are symmetric, or centered, or have levels");
  if (SmallVector<Type> types = encodedTypes(type, form(), apart); !llvm::equal(getResultTypes(), types)) // C4
    return emitOpError("gives ") << TypeRange(types);
  return success();
}

LogicalResult EncodeOp::inferDims(DimOracle &, SmallVectorImpl<DimVector> &dims) {
  auto [codes, parts] =
      encodedDims(cast<RankedTensorType>(getMatrix().getType()), form(), static_cast<int64_t>(getApart()));
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
