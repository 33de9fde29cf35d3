// Follows single elements of integer tensors through their producers. Shapes are small vectors with static sizes, so
// indices are constants.
#include "compiler/ir/ScalarBodies.h"
#include "compiler/passes/shapes/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_SCALARIZESHAPES
#include "compiler/passes/shapes/Passes.h.inc"

namespace {

using Indices = SmallVector<int64_t>;

/// tensor.extract at constant indices of a small tensor made by `ProducerOp`.
template <typename ProducerOp> struct ExtractPattern : OpRewritePattern<tensor::ExtractOp> {
  ExtractPattern(MLIRContext *context, int64_t maxElements) : OpRewritePattern(context), maxElements(maxElements) {}

  LogicalResult matchAndRewrite(tensor::ExtractOp op, PatternRewriter &rewriter) const override {
    auto producer = op.getTensor().getDefiningOp<ProducerOp>();
    if (!producer)
      return rewriter.notifyMatchFailure(op, "made by another operation");
    auto type = cast<RankedTensorType>(op.getTensor().getType());
    if (!type.hasStaticShape() || type.getNumElements() > maxElements)
      return rewriter.notifyMatchFailure(op, "not small");
    Indices indices;
    for (Value index : op.getIndices()) {
      APInt constant;
      if (!matchPattern(index, m_ConstantInt(&constant)))
        return rewriter.notifyMatchFailure(op, "index is not constant");
      indices.push_back(constant.getSExtValue());
      if (indices.back() < 0 || indices.back() >= type.getDimSize(indices.size() - 1))
        return rewriter.notifyMatchFailure(op, "index outside the tensor");
    }
    Value scalar = extractFrom(producer, indices, rewriter);
    if (!scalar)
      return rewriter.notifyMatchFailure(op, "operands are not known well enough");
    rewriter.replaceOp(op, scalar);
    return success();
  }

private:
  static Value extractFrom(ProducerOp producer, ArrayRef<int64_t> indices, PatternRewriter &rewriter);
  int64_t maxElements;
};

Value extract(PatternRewriter &rewriter, Location loc, Value tensor, ArrayRef<int64_t> indices) {
  SmallVector<Value> at;
  for (int64_t index : indices)
    at.push_back(arith::ConstantIndexOp::create(rewriter, loc, index));
  return tensor::ExtractOp::create(rewriter, loc, tensor, at);
}

Indices unflatten(int64_t linear, ArrayRef<int64_t> shape) {
  Indices indices(shape.size());
  for (size_t axis = shape.size(); axis-- > 0;) {
    indices[axis] = linear % shape[axis];
    linear /= shape[axis];
  }
  return indices;
}

int64_t flatten(ArrayRef<int64_t> indices, ArrayRef<int64_t> shape) {
  int64_t linear = 0;
  for (auto [index, size] : llvm::zip(indices, shape))
    linear = linear * size + index;
  return linear;
}

template <>
Value ExtractPattern<ir::MapOp>::extractFrom(ir::MapOp map, ArrayRef<int64_t> indices, PatternRewriter &rewriter) {
  SmallVector<Value> scalars;
  for (Value input : map.getInputs()) {
    auto type = cast<RankedTensorType>(input.getType());
    if (!type.hasStaticShape())
      return {};
    Indices at(indices.end() - type.getRank(), indices.end());
    for (auto [index, size] : llvm::zip(at, type.getShape()))
      if (size == 1)
        index = 0;
    scalars.push_back(extract(rewriter, map.getLoc(), input, at));
  }
  return ir::inlineBody(rewriter, map.getBody(), scalars);
}

template <>
Value ExtractPattern<ir::ConcatOp>::extractFrom(ir::ConcatOp concat, ArrayRef<int64_t> indices,
                                                PatternRewriter &rewriter) {
  Indices at(indices);
  int64_t &along = at[concat.getAxis()];
  for (Value input : concat.getInputs()) {
    int64_t size = cast<RankedTensorType>(input.getType()).getDimSize(concat.getAxis());
    if (ShapedType::isDynamic(size))
      return {};
    if (along < size)
      return extract(rewriter, concat.getLoc(), input, at);
    along -= size;
  }
  return {};
}

template <>
Value ExtractPattern<ir::ReshapeOp>::extractFrom(ir::ReshapeOp reshape, ArrayRef<int64_t> indices,
                                                 PatternRewriter &rewriter) {
  auto from = cast<RankedTensorType>(reshape.getInput().getType());
  if (!from.hasStaticShape() || from.getNumElements() != reshape.getType().getNumElements())
    return {};
  int64_t linear = flatten(indices, reshape.getType().getShape());
  return extract(rewriter, reshape.getLoc(), reshape.getInput(), unflatten(linear, from.getShape()));
}

template <>
Value ExtractPattern<ir::ExpandOp>::extractFrom(ir::ExpandOp expand, ArrayRef<int64_t> indices,
                                                PatternRewriter &rewriter) {
  auto from = cast<RankedTensorType>(expand.getInput().getType());
  if (!from.hasStaticShape())
    return {};
  Indices at(indices.end() - from.getRank(), indices.end());
  for (auto [index, size] : llvm::zip(at, from.getShape()))
    if (size == 1)
      index = 0;
  return extract(rewriter, expand.getLoc(), expand.getInput(), at);
}

template <>
Value ExtractPattern<ir::SliceOp>::extractFrom(ir::SliceOp slice, ArrayRef<int64_t> indices,
                                               PatternRewriter &rewriter) {
  Indices at;
  for (auto [index, offset, step] : llvm::zip(indices, slice.getStaticOffsets(), slice.getSteps())) {
    if (ShapedType::isDynamic(offset))
      return {};
    at.push_back(offset + index * step);
  }
  return extract(rewriter, slice.getLoc(), slice.getInput(), at);
}

template <>
Value ExtractPattern<ir::TransposeOp>::extractFrom(ir::TransposeOp transpose, ArrayRef<int64_t> indices,
                                                   PatternRewriter &rewriter) {
  Indices at(indices.size());
  for (auto [axis, from] : llvm::enumerate(transpose.getPerm()))
    at[from] = indices[axis];
  return extract(rewriter, transpose.getLoc(), transpose.getInput(), at);
}

template <>
Value ExtractPattern<ir::IotaOp>::extractFrom(ir::IotaOp iota, ArrayRef<int64_t> indices, PatternRewriter &rewriter) {
  return arith::ConstantIntOp::create(rewriter, iota.getLoc(), indices.front(), 64);
}

template <>
Value ExtractPattern<ir::ShapeOp>::extractFrom(ir::ShapeOp shape, ArrayRef<int64_t> indices,
                                               PatternRewriter &rewriter) {
  auto formula = cast<StringAttr>(shape.getFormulas()[indices.empty() ? 0 : indices.front()]);
  Value size = ir::SizeOp::create(rewriter, shape.getLoc(), rewriter.getIndexType(), formula);
  return arith::IndexCastOp::create(rewriter, shape.getLoc(), rewriter.getI64Type(), size);
}

/// A gathered element needs its index as a constant.
template <>
Value ExtractPattern<ir::GatherOp>::extractFrom(ir::GatherOp gather, ArrayRef<int64_t> indices,
                                                PatternRewriter &rewriter) {
  auto data = cast<RankedTensorType>(gather.getData().getType());
  int64_t axis = gather.getAxis(), indexRank = cast<RankedTensorType>(gather.getIndices().getType()).getRank();
  DenseElementsAttr values;
  if (!data.hasStaticShape() || !matchPattern(gather.getIndices(), m_Constant(&values)))
    return {};
  auto indexShape = cast<RankedTensorType>(gather.getIndices().getType()).getShape();
  int64_t linear = flatten(indices.slice(axis, indexRank), indexShape);
  int64_t picked = values.getValues<APInt>()[linear].getSExtValue();
  if (picked < 0)
    picked += data.getDimSize(axis);
  if (picked < 0 || picked >= data.getDimSize(axis))
    return {};
  Indices at(indices.begin(), indices.begin() + axis);
  at.push_back(picked);
  at.append(indices.begin() + axis + indexRank, indices.end());
  return extract(rewriter, gather.getLoc(), gather.getData(), at);
}

/// A few elements are combined one after the other.
template <>
Value ExtractPattern<ir::ReduceOp>::extractFrom(ir::ReduceOp reduce, ArrayRef<int64_t> indices,
                                                PatternRewriter &rewriter) {
  auto from = cast<RankedTensorType>(reduce.getInput().getType());
  if (!from.hasStaticShape() || from.getNumElements() > 64)
    return {};
  Value soFar = arith::ConstantOp::create(rewriter, reduce.getLoc(), reduce.getInit());
  for (int64_t linear = 0; linear < from.getNumElements(); ++linear) {
    Indices at = unflatten(linear, from.getShape());
    bool mine = llvm::all_of(llvm::seq<size_t>(0, at.size()), [&](size_t axis) {
      return llvm::is_contained(reduce.getAxes(), static_cast<int64_t>(axis)) || at[axis] == indices[axis];
    });
    if (!mine)
      continue;
    Value element = extract(rewriter, reduce.getLoc(), reduce.getInput(), at);
    soFar = ir::inlineBody(rewriter, reduce.getBody(), {soFar, element});
  }
  return soFar;
}

struct ScalarizeShapesPass : impl::ScalarizeShapesBase<ScalarizeShapesPass> {
  using ScalarizeShapesBase::ScalarizeShapesBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<ExtractPattern<ir::MapOp>, ExtractPattern<ir::ConcatOp>, ExtractPattern<ir::ReshapeOp>,
                 ExtractPattern<ir::ExpandOp>, ExtractPattern<ir::SliceOp>, ExtractPattern<ir::TransposeOp>,
                 ExtractPattern<ir::IotaOp>, ExtractPattern<ir::ShapeOp>, ExtractPattern<ir::GatherOp>,
                 ExtractPattern<ir::ReduceOp>>(&getContext(), maxElements.getValue());
    tensor::ExtractOp::getCanonicalizationPatterns(patterns, &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace llmc::passes
