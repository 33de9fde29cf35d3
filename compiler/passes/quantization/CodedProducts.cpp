// A step for each block of a row keeps a few large numbers from costing the others anything but their neighbours.
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/Codes.h"
#include "compiler/passes/quantization/FloatMaps.h"
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
  Value steps = stepsAlong(builder, loc, inBlocks, 2, kMostByte);
  Value bytes = ir::MapOp::create(builder, loc, {inBlocks, steps}, [](OpBuilder &inner, Location at, ValueRange x) {
    FloatMath m(inner, at);
    Value whole = m.roundEven(m.inSteps(m.widen(x[0]), x[1]));
    return arith::FPToSIOp::create(inner, at, inner.getI8Type(), whole).getResult();
  });
  Value sums = reduceInF32(builder, loc, bytes, 2, 0,
                           [&](FloatMath &m, Value a, Value b) { return m.add(a, m.fromInteger(b)); });
  return {bytes, ir::reshapeTo(builder, loc, steps, {blocks, count}),
          ir::reshapeTo(builder, loc, sums, {blocks, count})};
}

/// What stands for the product, with a right side in panels.
Value multiplyByPanels(OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &panels, CodeFormat format,
                       ir::DimAnalysis &dims) {
  Location loc = op.getLoc();
  ArrayRef<int64_t> shape = cast<RankedTensorType>(op.getRhs().getType()).getShape();
  Left left = leftOf(builder, loc, asRows(builder, op.getLhs(), dims), shape[0], format.block, dims);
  Value rows = ir::CodedMatmulOp::create(builder, loc, left.bytes, left.steps, left.sums, panels.codes, panels.scales,
                                         panels.zeros, shape[1], format.bits);
  if (Type element = getElementTypeOrSelf(op.getResult()); !element.isF32())
    rows = convertEach<arith::TruncFOp>(builder, loc, rows, element);
  return likeProduct(builder, op, rows, dims);
}

Value packWords(OpBuilder &builder, Location loc, Value codes, CodeFormat format, int64_t panel) {
  Value whole = padRows(builder, loc, codes, format.block * format.bits / 8);
  return ir::PackOp::create(builder, loc, whole, panel, kWordBytes);
}

/// One of the results of encoding a weight, in panels, as a weight of its own.
Value encoded(OpBuilder &builder, ir::GetWeightOp weight, CodeFormat format, int64_t panel, ir::WeightOp moments,
              unsigned result, ir::Recipes &recipes) {
  static constexpr StringRef parts[] = {"codes", "scales", "zeros"};
  Location loc = weight.getLoc();
  std::string suffix = ("int" + Twine(format.bits) + ".panels." + parts[result]).str();
  return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) -> Value {
    Value known = moments ? ir::readWeight(inner, loc, moments) : Value();
    auto made = ir::EncodeOp::create(inner, loc, matrix, known, format.bits, format.block, /*symmetric=*/false,
                                     /*apart=*/kWordBytes);
    return result == 0 ? packWords(inner, loc, made.getCodes(), format, panel)
                       : Value(ir::PackOp::create(inner, loc, made->getResult(result), panel, /*group=*/1));
  });
}

} // namespace

bool canMultiply(CodeFormat format) { return format.block % 32 == 0 && format.block <= 256; }

Value multiplyByCodes(OpBuilder &builder, ir::MatmulOp op, const CodedMatrix &right, CodeFormat format, int64_t panel,
                      ir::DimAnalysis &dims) {
  Location loc = op.getLoc();
  auto inPanels = [&](Value part) { return ir::PackOp::create(builder, loc, part, panel, /*group=*/1); };
  Value packed = packCodes(builder, loc, right.codes, format.bits, /*apart=*/kWordBytes);
  CodedMatrix panels = {packWords(builder, loc, packed, format, panel), inPanels(right.scales), inPanels(right.zeros)};
  return multiplyByPanels(builder, op, panels, format, dims);
}

Value codedProduct(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, CodeFormat format, int64_t panel,
                   ir::WeightOp moments, ir::Recipes &recipes, ir::DimAnalysis &dims) {
  auto part = [&](unsigned result) { return encoded(builder, weight, format, panel, moments, result, recipes); };
  return multiplyByPanels(builder, op, {part(0), part(1), part(2)}, format, dims);
}

} // namespace llmc::passes
