// Contractions.
#include "compiler/ir/Cost.h"
#include "compiler/ir/Halves.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/PanelGroups.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/ir/SparseProducts.h"
#include "compiler/ir/WindowProducts.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

/// Of the result; fails where nothing can be wide.
static FailureOr<Type> sumType(Type element, bool isWide, DimOracle &oracle) {
  MLIRContext *context = element.getContext();
  if (!isWide)
    return element.isInteger(8) ? Type(IntegerType::get(context, 32)) : element;
  if (!isHalf(element))
    return oracle.fail("only products of f16 and bf16 can be wide");
  return Type(Float32Type::get(context));
}

/// The same where what is said about the sides may be no matter of these elements, either.
template <typename Adaptor> static FailureOr<Type> productType(Adaptor op, Type element, DimOracle &oracle) {
  if (!element.isInteger(8) && (op.getUnsignedLhs() || op.getUnsignedRhs()))
    return oracle.fail("only operands of i8 can be unsigned");
  return sumType(element, op.getWide(), oracle);
}

/// Whether elements can be multiplied as they are: a right side of fewer bits is widened where it is read.
static bool multiplies(Type left, Type right) { return left == right || (left.isF32() && isHalf(right)); }

static LogicalResult requireLastPanel(int64_t columns, int64_t panels, int64_t panel, DimOracle &oracle) {
  if (columns > panels * panel || columns <= (panels - 1) * panel)
    return oracle.fail("columns must end in the last panel");
  return success();
}

//===--- matmul --------------------------------------------------------------------------------------------------===//

LogicalResult MatmulOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector lhs = oracle.dims(op.getLhs()), rhs = oracle.dims(op.getRhs());
  Type element = getElementTypeOrSelf(op.getLhs());
  if (lhs.size() < 2 || rhs.size() < 2 || !multiplies(element, getElementTypeOrSelf(op.getRhs()))) // C1
    return oracle.fail("operands must be matrices of one element type, or f32 and f16 or bf16");
  FailureOr<Type> type = productType(op, element, oracle);
  if (failed(type))
    return failure();
  if (failed(oracle.require(DimRelation::Equal, lhs.back(), rhs[rhs.size() - 2], "contracted sizes differ"))) // C2
    return failure();
  size_t lhsBatch = lhs.size() - 2, rhsBatch = rhs.size() - 2, batch = std::max(lhsBatch, rhsBatch);
  for (size_t i = 0; i < batch; ++i) { // C3
    DimExpr left = i + lhsBatch < batch ? DimExpr(1) : lhs[i + lhsBatch - batch];
    DimExpr right = i + rhsBatch < batch ? DimExpr(1) : rhs[i + rhsBatch - batch];
    if (failed(oracle.require(DimRelation::Broadcast, left, right, "batch sizes do not broadcast")))
      return failure();
    result.dims.push_back(DimExpr::broadcast(left, right));
  }
  result.dims.push_back(lhs[lhs.size() - 2]);
  result.dims.push_back(rhs.back());
  result.elementType = *type;
  return success();
}

AnchorKind MatmulOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef MatmulOp::getTitle() { return "matrix product"; }
DimExpr MatmulOp::flops(DimAnalysis &dims) { return elementsOf(getResult(), dims) * dims.dims(getLhs()).back() * 2; }
Reading MatmulOp::getReading(OpOperand &) { return Reading::Rows; }
bool MatmulOp::keepsPosition(OpOperand &) { return false; }

/// [.., M, K] x [K, N]: all rows in one matrix.
Value MatmulOp::normalize(OpBuilder &builder, DimAnalysis &dims) {
  DimVector lhs = dims.dims(getLhs()), result = dims.dims(getResult());
  if (cast<RankedTensorType>(getRhs().getType()).getRank() != 2 || lhs.size() == 2)
    return {};
  DimExpr rows = product(ArrayRef<DimExpr>(lhs).drop_back());
  Value flat = reshapeTo(builder, getLoc(), getLhs(), {rows, lhs.back()});
  auto product =
      MatmulOp::create(builder, getLoc(), flat, getRhs(), getUnsignedLhs(), getUnsignedRhs(), getWide(), getNarrow());
  keepBlocks(*this, product);
  return reshapeTo(builder, getLoc(), product, result);
}

//===--- packed_matmul -------------------------------------------------------------------------------------------===//

LogicalResult PackedMatmulOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector lhs = oracle.dims(op.getLhs()), panels = oracle.dims(op.getPanels());
  Type element = getElementTypeOrSelf(op.getLhs());
  if (lhs.empty() || panels.size() != 4 || !panels[0].constant() || !panels[2].constant() || !panels[3].constant() ||
      !multiplies(element, getElementTypeOrSelf(op.getPanels()))) // C1
    return oracle.fail("panels must have the form [N / panel, K / group, panel, group] and the left side's element "
                       "type, or f16 or bf16 where that is f32");
  FailureOr<Type> type = productType(op, element, oracle);
  if (failed(type))
    return failure();
  int64_t group = *panels[3].constant(), most = groupOf(element);
  if (group != 1 && group != most)
    return oracle.fail(
        "rows lie side by side in groups of 4 where they are i8, of 2 where they are bf16, and not at all "
        "otherwise");
  DimExpr steps = DimExpr::ceilDiv(lhs.back(), group);
  if (failed(oracle.require(DimRelation::Equal, steps, panels[1], "contracted sizes differ")))
    return failure();
  int64_t columns = op.getColumns();
  if (failed(requireLastPanel(columns, *panels[0].constant(), *panels[2].constant(), oracle))) // C2
    return failure();
  result.dims = lhs;
  result.dims.back() = columns;
  result.elementType = *type;
  return success();
}

AnchorKind PackedMatmulOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef PackedMatmulOp::getTitle() { return "matrix product"; }
DimExpr PackedMatmulOp::flops(DimAnalysis &dims) {
  return elementsOf(getResult(), dims) * dims.dims(getLhs()).back() * 2;
}
/// The left side is read once for each group of panels, the panels once for each block of rows.
Reading PackedMatmulOp::getReading(OpOperand &operand) {
  return operand.get() == getPanels() ? Reading::Rows : Reading::Stored;
}
bool PackedMatmulOp::keepsPosition(OpOperand &) { return false; }
Value PackedMatmulOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

//===--- coded_matmul --------------------------------------------------------------------------------------------===//

/// What belongs to blocks of rows.
static LogicalResult requireRows(Value tensor, ArrayRef<DimExpr> lhs, DimOracle &oracle) {
  DimVector dims = oracle.dims(tensor);
  if (dims.size() != 2 || !getElementTypeOrSelf(tensor).isF32())
    return oracle.fail("steps and sums must be f32, [K / block, M]");
  for (size_t i = 0; i < 2; ++i)
    if (failed(oracle.require(DimRelation::Equal, dims[i], lhs[i], "steps or sums differ from the left side")))
      return failure();
  return success();
}

/// What belongs to blocks of columns, in panels.
static LogicalResult requireColumns(Value tensor, ArrayRef<DimExpr> codes, const DimExpr &blocks, DimOracle &oracle) {
  DimVector dims = oracle.dims(tensor);
  if (dims.size() != 4 || dims[0] != codes[0] || dims[2] != codes[2] || !dims[3].isConstant(1))
    return oracle.fail("scales and zeros must lie in panels as the codes do, one for each block");
  return oracle.require(DimRelation::Equal, dims[1], blocks, "scales or zeros differ from the blocks");
}

LogicalResult CodedMatmulOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector lhs = oracle.dims(op.getLhs()), codes = oracle.dims(op.getCodes());
  if (lhs.size() != 3 || !getElementTypeOrSelf(op.getLhs()).isInteger(8)) // C1
    return oracle.fail("the left side must be i8, [K / block, M, block]");
  for (Value tensor : {op.getSteps(), op.getSums()})
    if (failed(requireRows(tensor, lhs, oracle)))
      return failure();
  int64_t bits = op.getBits(), block = lhs[2].constant().value_or(0), columns = op.getColumns();
  if ((bits != 2 && bits != 4 && bits != 8) || block < 32 || block > 256 || block % 32 != 0) // C2
    return oracle.fail("codes must have 2, 4 or 8 bits, and blocks a multiple of 32 rows, at most 256");
  Type scale = getElementTypeOrSelf(op.getScales());
  if (codes.size() != 4 || !llvm::all_of(codes, [](DimExpr size) { return size.constant().has_value(); }) ||
      !codes[3].isConstant(4) || !getElementTypeOrSelf(op.getCodes()).isInteger(8) || scale.isF64() ||
      !getElementTypeOrSelf(op.getZeros()).isInteger(8)) // C3
    return oracle.fail("codes must be i8 in panels of words, scales floats of at most 32 bits, and zeros i8");
  if (failed(oracle.require(DimRelation::Equal, lhs[0] * (block * bits / 32), codes[1], "contracted sizes differ")))
    return failure();
  for (Value tensor : {op.getScales(), op.getZeros()})
    if (failed(requireColumns(tensor, codes, lhs[0], oracle)))
      return failure();
  if (failed(requireLastPanel(columns, *codes[0].constant(), *codes[2].constant(), oracle))) // C4
    return failure();
  result.dims = {lhs[1], columns};
  result.elementType = getElementTypeOrSelf(op.getSteps());
  return success();
}

AnchorKind CodedMatmulOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef CodedMatmulOp::getTitle() { return "matrix product"; }
DimExpr CodedMatmulOp::flops(DimAnalysis &dims) {
  return elementsOf(getLhs(), dims) * dims.dims(getResult()).back() * 2;
}
/// As with packed products. What belongs to blocks is read as often as the rest.
Reading CodedMatmulOp::getReading(OpOperand &operand) {
  bool isOfRows = llvm::is_contained({getLhs(), getSteps(), getSums()}, operand.get());
  return isOfRows ? Reading::Stored : Reading::Rows;
}
bool CodedMatmulOp::keepsPosition(OpOperand &) { return false; }
Value CodedMatmulOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

//===--- block_matmul --------------------------------------------------------------------------------------------===//

LogicalResult BlockMatmulOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector lhs = oracle.dims(op.getLhs());
  auto values = cast<RankedTensorType>(op.getValues().getType()),
       blocks = cast<RankedTensorType>(op.getBlocks().getType());
  Type element = getElementTypeOrSelf(op.getLhs());
  if (lhs.empty() || values.getRank() != 4 || !values.hasStaticShape() ||
      !multiplies(element, values.getElementType()) || values.getDimSize(3) != groupOf(element)) // C1
    return oracle.fail("values must have the form [N / panel, count, panel, group] and the left side's element type, "
                       "or f16 or bf16 where that is f32, with groups of 4 of i8, 2 of bf16 and 1 of others");
  if (element.getIntOrFloatBitWidth() > 32 || (isa<IntegerType>(element) && !element.isInteger(8)))
    return oracle.fail("values must be i8 or floats of at most 32 bits");
  FailureOr<Type> type = sumType(element, op.getWide(), oracle);
  if (failed(type))
    return failure();
  auto columns = static_cast<int64_t>(op.getColumns()), depth = static_cast<int64_t>(op.getDepth());
  if (failed(oracle.require(DimRelation::Equal, lhs.back(), depth, "contracted sizes differ")) ||
      failed(requireLastPanel(columns, values.getDimSize(0), values.getDimSize(2), oracle))) // C2
    return failure();
  if (!blocks.getElementType().isInteger(32) || blocks.getShape() != values.getShape().take_front(2)) // C3
    return oracle.fail("blocks must be i32, with a row for each panel and a column for each of its blocks");
  result.dims = lhs;
  result.dims.back() = columns;
  result.elementType = *type;
  return success();
}

AnchorKind BlockMatmulOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef BlockMatmulOp::getTitle() { return "matrix product"; }
/// Those that are done: what is zero is not multiplied.
DimExpr BlockMatmulOp::flops(DimAnalysis &dims) {
  auto values = cast<RankedTensorType>(getValues().getType());
  return elementsOf(getResult(), dims) * (values.getDimSize(1) * values.getDimSize(3)) * 2;
}
Reading BlockMatmulOp::getReading(OpOperand &) { return Reading::Stored; }
bool BlockMatmulOp::keepsPosition(OpOperand &) { return false; }
Value BlockMatmulOp::normalize(OpBuilder &, DimAnalysis &) { return {}; }

//===--- conv ----------------------------------------------------------------------------------------------------===//

LogicalResult ConvOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput()), filter = oracle.dims(op.getFilter());
  size_t spatial = input.size() - 2;
  if (input.size() < 3 || filter.size() != input.size() || op.getStrides().size() != spatial ||
      op.getDilations().size() != spatial || op.getPadLow().size() != spatial || op.getPadHigh().size() != spatial)
    return oracle.fail("input and filter need one rank of at least 3, and attributes for each spatial axis"); // C1
  int64_t groups = op.getGroups();
  auto positive = [](int64_t value) { return value > 0; };
  if (groups < 1 || !llvm::all_of(op.getStrides(), positive) || !llvm::all_of(op.getDilations(), positive)) // C2
    return oracle.fail("strides, dilations and groups must be positive");
  if (failed(oracle.require(DimRelation::Equal, input[1], filter[1] * groups, "channels differ")) ||
      failed(
          oracle.require(DimRelation::Equal, DimExpr::mod(filter[0], groups), 0, "groups do not divide the filters")))
    return failure();
  result.dims = {input[0], filter[0]};
  for (size_t i = 0; i < spatial; ++i) {
    DimExpr window = (filter[i + 2] - 1) * op.getDilations()[i] + 1;
    DimExpr room = input[i + 2] + op.getPadLow()[i] + op.getPadHigh()[i] - window;
    DimExpr steps = DimExpr::floorDiv(room, op.getStrides()[i]) + 1;
    if (failed(oracle.require(DimRelation::AtLeast, steps, 0, "the padded input is smaller than the filter"))) // C3
      return failure();
    result.dims.push_back(steps);
  }
  result.elementType = getElementTypeOrSelf(op.getInput());
  return success();
}

AnchorKind ConvOp::getAnchorKind() { return AnchorKind::Contraction; }
StringRef ConvOp::getTitle() { return "convolution"; }
/// An element of the result sums channels of the filter times its window.
DimExpr ConvOp::flops(DimAnalysis &dims) {
  DimVector filter = dims.dims(getFilter());
  return elementsOf(getResult(), dims) * product(ArrayRef<DimExpr>(filter).drop_front()) * 2;
}
Reading ConvOp::getReading(OpOperand &) { return Reading::Stored; }
bool ConvOp::keepsPosition(OpOperand &) { return false; }

/// Whether windows have several elements each, and none in common.
static bool arePatches(ConvOp op, ArrayRef<int64_t> window) {
  bool areApart = llvm::all_of(llvm::zip(window, op.getStrides(), op.getDilations()), [](auto axis) {
    auto [size, stride, dilation] = axis;
    return size == 1 || stride > (size - 1) * dilation;
  });
  return areApart && llvm::any_of(window, [](int64_t size) { return size > 1; });
}

/// Patches are the rows of a matrix that is no larger than the input. Other windows become one where the last axis is
/// too short for vectors of results along it.
Value ConvOp::normalize(OpBuilder &builder, DimAnalysis &dims) {
  constexpr int64_t shortAxis = 8;
  if (!isProductOfWindows(*this))
    return {};
  std::optional<int64_t> lastAxis = dims.dims(getResult()).back().constant();
  auto filterType = cast<RankedTensorType>(getFilter().getType());
  if (!arePatches(*this, filterType.getShape().drop_front(2)) && (!lastAxis || *lastAxis > shortAxis))
    return {};
  return productOfWindows(builder, *this, getInput(), getFilter(), /*isWide=*/false);
}

} // namespace llmc::ir
