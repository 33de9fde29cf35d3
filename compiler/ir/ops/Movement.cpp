// Movement: where elements go; no arithmetic on them.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::ir {

static int64_t rankOf(Value tensor) { return cast<RankedTensorType>(tensor.getType()).getRank(); }

//===--- reshape, expand -----------------------------------------------------------------------------------------===//

LogicalResult ReshapeOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.mixed(op.getSizes(), op.getStaticSizes());
  result.elementType = getElementTypeOrSelf(op.getInput());
  return oracle.require(DimRelation::Equal, product(oracle.dims(op.getInput())), product(result.dims),
                        "numbers of elements differ"); // C1
}

Reading ReshapeOp::getReading(OpOperand &) { return Reading::Once; }
bool ReshapeOp::keepsRows(DimAnalysis &) { return false; }
bool ReshapeOp::picks(OpOperand &) { return false; }
void ReshapeOp::forEachMixedList(function_ref<void(MutableOperandRange, StringAttr)> visit) {
  visit(getSizesMutable(), getStaticSizesAttrName());
}

OpFoldResult ReshapeOp::fold(FoldAdaptor) {
  return getType().hasStaticShape() && getInput().getType() == getType() ? getInput() : Value();
}

LogicalResult ExpandOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.mixed(op.getSizes(), op.getStaticSizes());
  result.elementType = getElementTypeOrSelf(op.getInput());
  DimVector input = oracle.dims(op.getInput());
  if (input.size() > result.dims.size()) // C1
    return oracle.fail("expand can't lower the rank");
  size_t added = result.dims.size() - input.size();
  for (auto [axis, size] : llvm::enumerate(input)) { // C2
    const DimExpr &wanted = result.dims[added + axis];
    auto relation = size.least() > 1 ? DimRelation::Equal : DimRelation::Repeat;
    if (failed(oracle.require(relation, size, wanted, "size can't be expanded")))
      return failure();
  }
  return success();
}

Reading ExpandOp::getReading(OpOperand &) { return Reading::BySize; }
bool ExpandOp::keepsRows(DimAnalysis &dims) {
  return rankOf(getInput()) > 0 && dims.dims(getInput()).back() == dims.dims(getResult()).back();
}
bool ExpandOp::picks(OpOperand &) { return false; }
void ExpandOp::forEachMixedList(function_ref<void(MutableOperandRange, StringAttr)> visit) {
  visit(getSizesMutable(), getStaticSizesAttrName());
}

OpFoldResult ExpandOp::fold(FoldAdaptor) {
  // A size that only the run knows has to be the one of the type: that is demanded of it as long as it is there.
  return getSizes().empty() && getType().hasStaticShape() && getInput().getType() == getType() ? getInput() : Value();
}

/// True where the sizes between two expands demand nothing of the last ones that goes unsaid without them: each is 1 or
/// the last one itself.
static bool isImplied(ExpandOp between, ExpandOp last) {
  SmallVector<OpFoldResult> sizes = getMixedValues(between.getStaticSizes(), between.getSizes(), between.getContext());
  SmallVector<OpFoldResult> final = getMixedValues(last.getStaticSizes(), last.getSizes(), last.getContext());
  ArrayRef<OpFoldResult> aligned = ArrayRef(final).take_back(sizes.size());
  return llvm::all_of(llvm::zip(sizes, aligned), [](auto pair) {
    auto [size, wanted] = pair;
    return isConstantIntValue(size, 1) || size == wanted;
  });
}

namespace {
struct MergeExpands : OpRewritePattern<ExpandOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ExpandOp op, PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<ExpandOp>();
    if (!producer)
      return rewriter.notifyMatchFailure(op, "the input is no expand");
    if (!isImplied(producer, op))
      return rewriter.notifyMatchFailure(op, "the sizes between must be checked");
    rewriter.modifyOpInPlace(op, [&] { op.getInputMutable().assign(producer.getInput()); });
    return success();
  }
};
} // namespace

void ExpandOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<MergeExpands>(context);
}

//===--- transpose -----------------------------------------------------------------------------------------------===//

LogicalResult TransposeOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput());
  if (op.getPerm().size() != input.size() || !isPermutationVector(op.getPerm())) // C1
    return oracle.fail("perm must be a permutation of the input's axes");
  for (int64_t axis : op.getPerm())
    result.dims.push_back(input[axis]);
  result.elementType = getElementTypeOrSelf(op.getInput());
  return success();
}

Reading TransposeOp::getReading(OpOperand &) { return Reading::Once; }
bool TransposeOp::keepsRows(DimAnalysis &) { return getPerm().back() == static_cast<int64_t>(getPerm().size()) - 1; }
bool TransposeOp::picks(OpOperand &) { return false; }

OpFoldResult TransposeOp::fold(FoldAdaptor) { return isIdentityPermutation(getPerm()) ? getInput() : Value(); }

namespace {
struct MergeTransposes : OpRewritePattern<TransposeOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TransposeOp op, PatternRewriter &rewriter) const override {
    auto producer = op.getInput().getDefiningOp<TransposeOp>();
    if (!producer)
      return rewriter.notifyMatchFailure(op, "the input is no transpose");
    SmallVector<int64_t> perm;
    for (int64_t axis : op.getPerm())
      perm.push_back(producer.getPerm()[axis]);
    rewriter.modifyOpInPlace(op, [&] {
      op.getInputMutable().assign(producer.getInput());
      op.setPerm(perm);
    });
    return success();
  }
};
} // namespace

void TransposeOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<MergeTransposes>(context);
}

//===--- slice, concat, pad --------------------------------------------------------------------------------------===//

LogicalResult SliceOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput());
  DimVector offsets = oracle.mixed(op.getOffsets(), op.getStaticOffsets());
  result.dims = oracle.mixed(op.getSizes(), op.getStaticSizes());
  result.elementType = getElementTypeOrSelf(op.getInput());
  if (offsets.size() != input.size() || result.dims.size() != input.size() || op.getSteps().size() != input.size() ||
      llvm::is_contained(op.getSteps(), 0)) // C1
    return oracle.fail("slice needs an offset, a size and a step that is not 0 for each axis");
  for (size_t axis = 0; axis < input.size(); ++axis) { // C2
    // Only constants are checked: importers clamp before, by formulas that need not be provable.
    if (offsets[axis].constant() && result.dims[axis].constant() && input[axis].constant()) {
      int64_t size = *result.dims[axis].constant(), first = *offsets[axis].constant();
      int64_t last = first + (size - 1) * op.getSteps()[axis];
      if (size > 0 && (std::min(first, last) < 0 || std::max(first, last) >= *input[axis].constant()))
        return oracle.fail("slice leaves the input at axis " + Twine(axis));
    }
  }
  return success();
}

Reading SliceOp::getReading(OpOperand &) { return Reading::Once; }
bool SliceOp::keepsRows(DimAnalysis &) { return getSteps().back() == 1; }
bool SliceOp::picks(OpOperand &operand) { return operand.getOperandNumber() == 0; }
void SliceOp::forEachMixedList(function_ref<void(MutableOperandRange, StringAttr)> visit) {
  visit(getOffsetsMutable(), getStaticOffsetsAttrName());
  visit(getSizesMutable(), getStaticSizesAttrName());
}

OpFoldResult SliceOp::fold(FoldAdaptor) {
  bool whole = getType().hasStaticShape() && getInput().getType() == getType() &&
               llvm::all_of(getStaticOffsets(), [](int64_t offset) { return offset == 0; }) &&
               llvm::all_of(getSteps(), [](int64_t step) { return step == 1; });
  return whole ? getInput() : Value();
}

LogicalResult ConcatOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  if (op.getInputs().empty()) // C1
    return oracle.fail("concat needs an operand");
  result.dims = oracle.dims(op.getInputs().front());
  result.elementType = getElementTypeOrSelf(op.getInputs().front());
  size_t axis = op.getAxis();
  if (axis >= result.dims.size())
    return oracle.fail("axis must be within the rank");
  for (Value input : op.getInputs().drop_front()) {
    DimVector dims = oracle.dims(input);
    if (dims.size() != result.dims.size() || getElementTypeOrSelf(input) != result.elementType)
      return oracle.fail("operands must have the same rank and element type");
    for (size_t i = 0; i < dims.size(); ++i) { // C2
      if (i == axis)
        result.dims[i] = result.dims[i] + dims[i];
      else if (failed(oracle.unify(result.dims[i], dims[i], "sizes of operands differ")))
        return failure();
    }
  }
  return success();
}

Reading ConcatOp::getReading(OpOperand &) { return Reading::Once; }
bool ConcatOp::keepsRows(DimAnalysis &) { return false; }
bool ConcatOp::picks(OpOperand &) { return false; }

OpFoldResult ConcatOp::fold(FoldAdaptor) {
  return getNumOperands() == 1 && getOperand(0).getType() == getType() ? getOperand(0) : Value();
}

namespace {
struct DropEmptyOperands : OpRewritePattern<ConcatOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(ConcatOp op, PatternRewriter &rewriter) const override {
    SmallVector<Value> kept;
    for (Value input : op.getInputs())
      if (cast<RankedTensorType>(input.getType()).getDimSize(op.getAxis()) != 0)
        kept.push_back(input);
    if (kept.empty() || kept.size() == op.getNumOperands())
      return rewriter.notifyMatchFailure(op, "no operand is empty");
    rewriter.modifyOpInPlace(op, [&] { op.getInputsMutable().assign(kept); });
    return success();
  }
};
} // namespace

void ConcatOp::getCanonicalizationPatterns(RewritePatternSet &patterns, MLIRContext *context) {
  patterns.add<DropEmptyOperands>(context);
}

LogicalResult PadOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.dims(op.getInput());
  result.elementType = getElementTypeOrSelf(op.getInput());
  DimVector low = oracle.mixed(op.getLow(), op.getStaticLow()), high = oracle.mixed(op.getHigh(), op.getStaticHigh());
  if (low.size() != result.dims.size() || high.size() != result.dims.size()) // C1
    return oracle.fail("pad needs a low and a high width for each axis");
  if (rankOf(op.getValue()) != 0 || getElementTypeOrSelf(op.getValue()) != result.elementType) // C2
    return oracle.fail("the padding value must be a scalar of the input's element type");
  for (size_t i = 0; i < low.size(); ++i) {
    if (failed(oracle.require(DimRelation::AtLeast, low[i], 0, "padding is negative")) ||
        failed(oracle.require(DimRelation::AtLeast, high[i], 0, "padding is negative")))
      return failure();
    result.dims[i] = low[i] + result.dims[i] + high[i];
  }
  return success();
}

Reading PadOp::getReading(OpOperand &) { return Reading::Once; }
bool PadOp::keepsRows(DimAnalysis &) { return false; }
bool PadOp::picks(OpOperand &) { return false; }
void PadOp::forEachMixedList(function_ref<void(MutableOperandRange, StringAttr)> visit) {
  visit(getLowMutable(), getStaticLowAttrName());
  visit(getHighMutable(), getStaticHighAttrName());
}

//===--- gather, iota, pack --------------------------------------------------------------------------------------===//

LogicalResult GatherOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector data = oracle.dims(op.getData()), indices = oracle.dims(op.getIndices());
  size_t axis = op.getAxis();
  if (axis >= data.size()) // C1
    return oracle.fail("axis must be within the rank of data");
  result.dims.assign(data.begin(), data.begin() + axis);
  result.dims.append(indices);
  result.dims.append(data.begin() + axis + 1, data.end());
  result.elementType = getElementTypeOrSelf(op.getData());
  return success();
}

Reading GatherOp::getReading(OpOperand &) { return Reading::Often; }
bool GatherOp::keepsRows(DimAnalysis &) { return false; }
bool GatherOp::picks(OpOperand &operand) { return operand.getOperandNumber() == 0; }

LogicalResult GatherNdOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector data = oracle.dims(op.getData()), indices = oracle.dims(op.getIndices());
  size_t batch = op.getBatchDims();
  if (batch >= data.size() || batch >= indices.size()) // C2
    return oracle.fail("batch_dims must be less than both ranks");
  auto tuple = indices.back().constant();
  if (!tuple || *tuple < 0 || batch + *tuple > data.size()) // C1
    return oracle.fail("the last axis of indices must have a static size that fits data");
  for (size_t i = 0; i < batch; ++i)
    if (failed(oracle.unify(data[i], indices[i], "batch sizes differ")))
      return failure();
  result.dims.assign(indices.begin(), indices.end() - 1);
  result.dims.append(data.begin() + batch + *tuple, data.end());
  result.elementType = getElementTypeOrSelf(op.getData());
  return success();
}

Reading GatherNdOp::getReading(OpOperand &) { return Reading::Often; }
bool GatherNdOp::keepsRows(DimAnalysis &) { return false; }
bool GatherNdOp::picks(OpOperand &operand) { return operand.getOperandNumber() == 0; }

LogicalResult IotaOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  result.dims = oracle.mixed(op.getSizes(), op.getStaticSizes());
  if (result.dims.size() != 1)
    return oracle.fail("iota makes a vector: one size");
  result.elementType = IntegerType::get(op.getStaticSizesAttr().getContext(), 64);
  return success();
}

void IotaOp::forEachMixedList(function_ref<void(MutableOperandRange, StringAttr)> visit) {
  visit(getSizesMutable(), getStaticSizesAttrName());
}

LogicalResult UnfoldOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput());
  size_t spatial = op.getWindow().size();
  auto positive = [](int64_t value) { return value > 0; };
  if (input.size() < 3 || input.size() != spatial + 2 || op.getStrides().size() != spatial ||
      op.getDilations().size() != spatial || op.getPadLow().size() != spatial || op.getPadHigh().size() != spatial ||
      !llvm::all_of(op.getWindow(), positive) || !llvm::all_of(op.getStrides(), positive) ||
      !llvm::all_of(op.getDilations(), positive)) // C1
    return oracle.fail("unfold needs a positive window, stride and dilation for each spatial axis");
  result.dims.push_back(input[0]);
  DimExpr columns = input[1];
  for (size_t i = 0; i < spatial; ++i) {
    DimExpr window = (op.getWindow()[i] - 1) * op.getDilations()[i] + 1;
    DimExpr room = input[i + 2] + op.getPadLow()[i] + op.getPadHigh()[i] - window;
    result.dims.push_back(DimExpr::max(DimExpr::floorDiv(room, op.getStrides()[i]) + 1, 0));
    columns = columns * op.getWindow()[i];
  }
  result.dims.push_back(columns);
  result.elementType = getElementTypeOrSelf(op.getInput());
  return success();
}

Reading UnfoldOp::getReading(OpOperand &) { return Reading::Often; }
bool UnfoldOp::keepsRows(DimAnalysis &) { return false; }
bool UnfoldOp::picks(OpOperand &) { return false; }

LogicalResult PackOp::inferShape(Adaptor op, DimOracle &oracle, ShapedResult &result) {
  DimVector input = oracle.dims(op.getInput());
  int64_t panel = op.getPanel(), group = op.getGroup();
  if (input.size() < 2 || panel < 1 || group < 1) // C1
    return oracle.fail("pack needs a matrix and positive sizes of panel and group");
  result.dims.assign(input.begin(), input.end() - 2);
  result.dims.push_back(DimExpr::ceilDiv(input.back(), panel));
  result.dims.push_back(DimExpr::ceilDiv(input[input.size() - 2], group));
  result.dims.push_back(panel);
  result.dims.push_back(group);
  result.elementType = getElementTypeOrSelf(op.getInput());
  return success();
}

} // namespace llmc::ir
