// A step for each block of a row keeps a few large numbers from costing the others anything but their neighbours.
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/Codes.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
namespace {

constexpr int64_t kWordBytes = 4; // that are multiplied at once

/// Bytes, block after block, each of all rows, and for each block of a row its step and what it adds up to.
struct Left {
  Value bytes, steps, sums;
};

Left leftOf(OpBuilder &builder, Location loc, Value rows, int64_t depth, int64_t block, ir::DimAnalysis &dims) {
  auto blocks = static_cast<int64_t>(llvm::divideCeil(depth, block));
  ir::DimExpr count = dims.dims(rows).front();
  Value padded = padEnd(builder, loc, rows, /*axis=*/1, blocks * block - depth);
  Value inRows = ir::reshapeTo(builder, loc, padded, {count, blocks, block});
  Value inBlocks = ir::transposeBy(builder, loc, inRows, {1, 0, 2});
  Value steps = ir::stepsAlong(builder, loc, inBlocks, 2, kMostByte);
  Value bytes = ir::MapOp::create(builder, loc, {inBlocks, steps}, [](OpBuilder &inner, Location at, ValueRange x) {
    ir::FloatMath m(inner, at);
    Value whole = m.roundEven(m.inSteps(m.widen(x[0]), x[1]));
    return arith::FPToSIOp::create(inner, at, inner.getI8Type(), whole).getResult();
  });
  Value sums = ir::reduceInF32(builder, loc, bytes, 2, 0,
                               [&](ir::FloatMath &m, Value a, Value b) { return m.add(a, m.fromInteger(b)); });
  return {bytes, ir::reshapeTo(builder, loc, steps, {blocks, count}),
          ir::reshapeTo(builder, loc, sums, {blocks, count})};
}

/// What stands for the product, with a right side in panels.
Value multiplyByPanels(OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &panels, const ir::CodeForm &form,
                       ir::DimAnalysis &dims) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getRhs().getType()).getShape();
  Left left = leftOf(builder, loc, asRows(builder, op.getLhs(), dims), shape[0], form.block, dims);
  Value rows = ir::CodedMatmulOp::create(builder, loc, left.bytes, left.steps, left.sums, panels.codes, panels.scales,
                                         panels.zeros, shape[1], form.bits);
  if (Type element = getElementTypeOrSelf(op.getResult()); !element.isF32())
    rows = ir::convertEach<arith::TruncFOp>(builder, loc, rows, element);
  return likeProduct(builder, op, rows, dims);
}

Value packWords(OpBuilder &builder, Location loc, Value codes, const ir::CodeForm &form, int64_t panel) {
  Value whole = padRows(builder, loc, codes, form.block * form.bits / 8);
  return ir::PackOp::create(builder, loc, whole, panel, kWordBytes);
}

/// One of the results of encoding a weight, in panels, as a weight of its own.
Value encoded(OpBuilder &builder, ir::GetWeightOp weight, const ir::CodeForm &form, int64_t panel, ir::WeightOp moments,
              unsigned result, ir::Recipes &recipes) {
  static constexpr StringRef parts[] = {"codes", "scales", "zeros"};
  Location loc = weight.getLoc();
  std::string suffix = (ir::nameOf(form, ir::kOneBlock, "") + ".panels." + parts[result]).str();
  return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
    Value known = moments ? ir::readWeight(inner, loc, moments) : Value();
    auto made = ir::EncodeOp::create(inner, loc, matrix, known, form, /*apart=*/kWordBytes);
    return result == 0 ? packWords(inner, loc, made.getCodes(), form, panel)
                       : Value(ir::PackOp::create(inner, loc, made->getResult(result), panel, /*group=*/1));
  });
}

/// One zero for all blocks of panels with such scales: a constant, which takes no memory.
Value zerosLike(OpBuilder &builder, Value scales, int64_t zero) {
  auto type = RankedTensorType::get(cast<RankedTensorType>(scales.getType()).getShape(), builder.getI8Type());
  return ir::ConstantOp::create(builder, scales.getLoc(),
                                DenseElementsAttr::get(type, APInt(8, static_cast<uint64_t>(zero))));
}

} // namespace

bool canMultiply(const ir::CodeForm &form) {
  return form.levels == ir::CodeLevels::Whole && form.block % 32 == 0 && form.block <= 256;
}

Value multiplyByCodes(OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &right, const ir::CodeForm &form,
                      int64_t panel, ir::DimAnalysis &dims) {
  Location loc = op.getLoc();
  auto inPanels = [&](Value part) { return ir::PackOp::create(builder, loc, part, panel, /*group=*/1); };
  Value packed = packCodes(builder, loc, right.codes, form.bits, /*apart=*/kWordBytes), scales = inPanels(right.scales);
  Value zeros = right.zeros ? inPanels(right.zeros) : zerosLike(builder, scales, right.commonZero);
  return multiplyByPanels(builder, op, {packWords(builder, loc, packed, form, panel), scales, zeros}, form, dims);
}

Value codedProduct(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, const ir::CodeForm &form, int64_t panel,
                   ir::WeightOp moments, ir::Recipes &recipes, ir::DimAnalysis &dims) {
  auto part = [&](unsigned result) { return encoded(builder, weight, form, panel, moments, result, recipes); };
  Value codes = part(0), scales = part(1);
  Value zeros = form.zeros == ir::CodeZeros::Half ? zerosLike(builder, scales, int64_t(1) << (form.bits - 1)) : part(2);
  return multiplyByPanels(builder, op, {codes, scales, zeros}, form, dims);
}

} // namespace llmc::passes
