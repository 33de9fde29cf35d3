// A step for each block of a row keeps a few large numbers from costing the others anything but their neighbours.
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/Codes.h"
#include "compiler/passes/quantization/KnownMeans.h"
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

/// What stands for the product, with a right side in panels. `loss` is a row that is added to each, or null.
Value multiplyByPanels(OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &panels, const ir::CodeForm &form,
                       ir::DimAnalysis &dims, Value loss = {}) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getRhs().getType()).getShape();
  Left left = leftOf(builder, loc, asRows(builder, op.getLhs(), dims), shape[0], form.block, dims);
  Value rows = ir::CodedMatmulOp::create(builder, loc, left.bytes, left.steps, left.sums, panels.codes, panels.scales,
                                         panels.zeros, shape[1], form.bits);
  if (loss)
    rows = addToRows(builder, loc, rows, loss);
  if (Type element = getElementTypeOrSelf(op.getResult()); !element.isF32())
    rows = ir::convertEach<arith::TruncFOp>(builder, loc, rows, element);
  return likeProduct(builder, op, rows, dims);
}

Value packWords(OpBuilder &builder, Location loc, Value codes, const ir::CodeForm &form, int64_t panel) {
  Value whole = padRows(builder, loc, codes, form.block * form.bits / 8);
  return ir::PackOp::create(builder, loc, whole, panel, kWordBytes);
}

/// What codes in words stand for, in a recipe.
Value decoded(OpBuilder &builder, Location loc, const EncodedWeight &inWords, int64_t rows, const ir::CodeForm &form) {
  EncodedWeight parts = readAgain(builder, inWords);
  Value codes = unpackCodes(builder, loc, parts.codes, rows, form.bits, kWordBytes);
  return ir::DecodeOp::create(builder, loc, packCodes(builder, loc, codes, form.bits), parts.scales, parts.zeros,
                              /*axis=*/0, rows, form.bits, form.block, /*group=*/1, form.zeros == ir::CodeZeros::Half,
                              builder.getF32Type(), form.levels);
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
                   ir::WeightOp known, ir::Recipes &recipes, ir::DimAnalysis &dims) {
  Location loc = weight.getLoc();
  std::string name = ir::nameOf(form, ir::kOneBlock, "");
  EncodedWeight parts = encodeWeight(builder, weight, form, name, known, recipes, /*apart=*/kWordBytes);
  auto inPanels = [&](StringRef suffix, Value part, auto pack) -> Value {
    return recipes.append(builder, weight, (name + ".panels." + suffix).str(),
                          [&](OpBuilder &inner, Value) -> Value { return pack(inner, ir::readAgain(inner, part)); });
  };
  auto packColumns = [&](OpBuilder &inner, Value part) -> Value {
    return ir::PackOp::create(inner, loc, part, panel, /*group=*/1);
  };
  Value codes = inPanels("codes", parts.codes,
                         [&](OpBuilder &inner, Value part) { return packWords(inner, loc, part, form, panel); });
  Value scales = inPanels("scales", parts.scales, packColumns);
  Value zeros = parts.zeros ? inPanels("zeros", parts.zeros, packColumns)
                            : zerosLike(builder, scales, int64_t(1) << (form.bits - 1));
  Value loss;
  if (known)
    loss = lossOfMeans(
        builder, weight, name + ".words.loss", known,
        [&](OpBuilder &inner) {
          return decoded(inner, loc, parts, cast<RankedTensorType>(weight.getType()).getDimSize(0), form);
        },
        recipes);
  return multiplyByPanels(builder, op, {codes, scales, zeros}, form, dims, loss);
}

} // namespace llmc::passes
