#include "compiler/passes/quantization/EncodedWeights.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/FloatMath.h"

using namespace mlir;

namespace llmc::passes {
namespace {

struct Parts {
  Value codes, scales, zeros;
};

/// The parts of a weight as new weights, each made by a recipe of its own; where the weight is transposed, blocks run
/// along its columns.
Parts encode(OpBuilder &builder, ir::GetWeightOp weight, CodeFormat format, StringRef suffix, bool isTransposed,
             ir::WeightOp moments, ir::Recipes &recipes) {
  Location loc = weight.getLoc();
  auto turned = [&](OpBuilder &inner, Value matrix) {
    return isTransposed ? ir::transposeBy(inner, loc, matrix, {1, 0}) : matrix;
  };
  auto made = [&](StringRef part, unsigned result) {
    return recipes.append(builder, weight, (suffix + "." + part).str(), [&](OpBuilder &inner, Value matrix) {
      Value known;
      if (moments)
        known = ir::readWeight(inner, loc, moments);
      auto encoded = ir::EncodeOp::create(inner, loc, turned(inner, matrix), known, format.bits, format.block,
                                          /*symmetric=*/false);
      return turned(inner, encoded->getResult(result));
    });
  };
  return {made("codes", 0), made("scales", 1), made("zeros", 2)};
}

Value decode(OpBuilder &builder, Location loc, const Parts &parts, int64_t axis, int64_t size, CodeFormat format,
             Type element) {
  return ir::DecodeOp::create(builder, loc, parts.codes, parts.scales, parts.zeros, axis, size, format.bits,
                              format.block, /*group=*/1, /*centered=*/false, element);
}

} // namespace

Value encodeMatrix(OpBuilder &builder, ir::GetWeightOp weight, CodeFormat format, ir::WeightOp moments, Type element,
                   ir::Recipes &recipes) {
  auto type = cast<RankedTensorType>(weight.getType());
  format.block = std::min(format.block, type.getDimSize(0));
  Parts parts =
      encode(builder, weight, format, "int" + std::to_string(format.bits), /*isTransposed=*/false, moments, recipes);
  return decode(builder, weight.getLoc(), parts, /*axis=*/0, type.getDimSize(0), format, element);
}

Value encodeRows(OpBuilder &builder, ir::GatherOp op, CodeFormat format, ir::Recipes &recipes) {
  auto weight = op.getData().getDefiningOp<ir::GetWeightOp>();
  auto type = cast<RankedTensorType>(op.getData().getType());
  if (!weight || type.getRank() != 2 || op.getAxis() != 0 || type.getNumElements() == 0 ||
      !widensToF32(type.getElementType()))
    return {};
  format.block = std::min(format.block, type.getDimSize(1));
  Parts parts = encode(builder, weight, format, "rows" + std::to_string(format.bits), /*isTransposed=*/true,
                       /*moments=*/{}, recipes);
  for (Value *part : {&parts.codes, &parts.scales, &parts.zeros})
    *part = ir::GatherOp::create(builder, op.getLoc(), *part, op.getIndices(), /*axis=*/0);
  int64_t axis = cast<RankedTensorType>(op.getType()).getRank() - 1;
  return decode(builder, op.getLoc(), parts, axis, type.getDimSize(1), format, type.getElementType());
}

} // namespace llmc::passes
