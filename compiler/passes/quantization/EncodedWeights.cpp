#include "compiler/passes/quantization/EncodedWeights.h"
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/KnownMeans.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {

/// Each result by a recipe of its own; where the weight is transposed, blocks run along its columns.
static EncodedWeight encode(OpBuilder &builder, ir::GetWeightOp weight, const ir::CodeForm &form, StringRef suffix,
                            bool isTransposed, ir::WeightOp covariances, int64_t apart, ir::Recipes &recipes) {
  Location loc = weight.getLoc();
  auto turned = [&](OpBuilder &inner, Value matrix) {
    return isTransposed ? ir::transposeBy(inner, loc, matrix, {1, 0}) : matrix;
  };
  auto made = [&](StringRef part, unsigned result) {
    return recipes.append(builder, weight, (suffix + "." + part).str(), [&](OpBuilder &inner, Value matrix) {
      Value known = covariances ? covariancesOf(inner, loc, covariances) : Value();
      auto encoded = ir::EncodeOp::create(inner, loc, turned(inner, matrix), known, form, apart);
      return turned(inner, encoded->getResult(result));
    });
  };
  return {made(apart == 1 ? "codes" : "words", 0), made("scales", 1),
          form.zeros == ir::CodeZeros::OfBlocks ? made("zeros", 2) : Value()};
}

static Value decode(OpBuilder &builder, Location loc, const EncodedWeight &parts, int64_t axis, int64_t size,
                    const ir::CodeForm &form, Type element) {
  return ir::DecodeOp::create(builder, loc, parts.codes, parts.scales, parts.zeros, axis, size, form.bits, form.block,
                              /*group=*/1, form.zeros == ir::CodeZeros::Half, element, form.levels);
}

EncodedWeight encodeWeight(OpBuilder &builder, ir::GetWeightOp weight, const ir::CodeForm &form, StringRef suffix,
                           ir::WeightOp known, ir::Recipes &recipes, int64_t apart) {
  return encode(builder, weight, form, suffix, /*isTransposed=*/false, known, apart, recipes);
}

EncodedWeight readAgain(OpBuilder &builder, const EncodedWeight &encoded) {
  return {ir::readAgain(builder, encoded.codes), ir::readAgain(builder, encoded.scales),
          encoded.zeros ? ir::readAgain(builder, encoded.zeros) : Value()};
}

Value productWithCodes(OpBuilder &builder, ir::MatmulOp op, ir::GetWeightOp weight, ir::CodeForm form,
                       ir::WeightOp known, ir::Recipes &recipes) {
  Location loc = weight.getLoc();
  int64_t rows = cast<RankedTensorType>(weight.getType()).getDimSize(0);
  std::string name = ir::nameOf(form, ir::kOneBlock, "");
  form.block = std::min(form.block, rows);
  EncodedWeight parts = encodeWeight(builder, weight, form, name, known, recipes);
  Value decoded = decode(builder, loc, parts, /*axis=*/0, rows, form, getElementTypeOrSelf(op.getLhs()));
  auto product = cast<ir::MatmulOp>(builder.clone(*op));
  product.getRhsMutable().assign(decoded);
  if (!known)
    return product;
  Value loss = lossOfMeans(
      builder, weight, name + ".codes.loss", known,
      [&](OpBuilder &inner) {
        return decode(inner, loc, readAgain(inner, parts), /*axis=*/0, rows, form, getElementTypeOrSelf(op.getLhs()));
      },
      recipes);
  return addToRows(builder, op.getLoc(), product, loss);
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
  EncodedWeight parts =
      encode(builder, weight, form, name, /*isTransposed=*/true, /*covariances=*/{}, /*apart=*/1, recipes);
  for (Value *part : {&parts.codes, &parts.scales, &parts.zeros})
    if (*part)
      *part = ir::GatherOp::create(builder, op.getLoc(), *part, op.getIndices(), /*axis=*/0);
  int64_t axis = cast<RankedTensorType>(op.getType()).getRank() - 1;
  return decode(builder, op.getLoc(), parts, axis, columns, form, type.getElementType());
}

} // namespace llmc::passes
