#include "compiler/passes/quantization/EncodedWeights.h"
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/Reshaping.h"

using namespace mlir;

namespace llmc::passes {
namespace {

struct Parts {
  Value codes, scales, zeros; // no zeros where all blocks have the same
};

/// The parts of a weight as new weights, each made by a recipe of its own; where the weight is transposed, blocks run
/// along its columns.
Parts encode(OpBuilder &builder, ir::GetWeightOp weight, const ir::CodeForm &form, StringRef suffix, bool isTransposed,
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
      auto encoded = ir::EncodeOp::create(inner, loc, turned(inner, matrix), known, form);
      return turned(inner, encoded->getResult(result));
    });
  };
  return {made("codes", 0), made("scales", 1), form.zeros == ir::CodeZeros::OfBlocks ? made("zeros", 2) : Value()};
}

Value decode(OpBuilder &builder, Location loc, const Parts &parts, int64_t axis, int64_t size, const ir::CodeForm &form,
             Type element) {
  return ir::DecodeOp::create(builder, loc, parts.codes, parts.scales, parts.zeros, axis, size, form.bits, form.block,
                              /*group=*/1, form.zeros == ir::CodeZeros::Half, element, form.levels);
}

} // namespace

Value encodeMatrix(OpBuilder &builder, ir::GetWeightOp weight, ir::CodeForm form, ir::WeightOp moments, Type element,
                   ir::Recipes &recipes) {
  auto type = cast<RankedTensorType>(weight.getType());
  int64_t rows = type.getDimSize(0);
  std::string name = ir::nameOf(form, ir::kOneBlock, "");
  form.block = std::min(form.block, rows);
  Parts parts = encode(builder, weight, form, name, /*isTransposed=*/false, moments, recipes);
  return decode(builder, weight.getLoc(), parts, /*axis=*/0, rows, form, element);
}

Value encodeRows(OpBuilder &builder, ir::GatherOp op, ir::CodeForm form, ir::Recipes &recipes) {
  auto weight = op.getData().getDefiningOp<ir::GetWeightOp>();
  auto type = cast<RankedTensorType>(op.getData().getType());
  if (!weight || type.getRank() != 2 || op.getAxis() != 0 || type.getNumElements() == 0 ||
      !ir::widensToF32(type.getElementType()))
    return {};
  int64_t columns = type.getDimSize(1);
  std::string name = ir::nameOf(form, ir::kOneBlock, "") + ".rows";
  form.block = std::min(form.block, columns);
  Parts parts = encode(builder, weight, form, name, /*isTransposed=*/true, /*moments=*/{}, recipes);
  for (Value *part : {&parts.codes, &parts.scales, &parts.zeros})
    if (*part)
      *part = ir::GatherOp::create(builder, op.getLoc(), *part, op.getIndices(), /*axis=*/0);
  int64_t axis = cast<RankedTensorType>(op.getType()).getRank() - 1;
  return decode(builder, op.getLoc(), parts, axis, columns, form, type.getElementType());
}

} // namespace llmc::passes
