// Weights that are dequantized stay what they are in the file: codes of a few bits, and scales of blocks of them.
#include "compiler/ir/FloatMath.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Recipes.h"
#include "compiler/passes/quantization/ByteRange.h"
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/passes/quantization/Codes.h"
#include "compiler/passes/quantization/Dequantized.h"
#include "compiler/passes/quantization/MatrixView.h"
#include "compiler/passes/quantization/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_FINDCODEDWEIGHTS
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

/// Bits for a code, and what is added to a byte to make it one.
struct Coding {
  int64_t bits, bias;
};

Coding codingOf(Value bytes, bool isUnsigned) {
  ConstantIntRanges range = rangeOf(bytes);
  int64_t least = isUnsigned ? static_cast<int64_t>(range.umin().getZExtValue()) : range.smin().getSExtValue();
  int64_t most = isUnsigned ? static_cast<int64_t>(range.umax().getZExtValue()) : range.smax().getSExtValue();
  for (int64_t bits : {2, 4, 8}) {
    int64_t half = int64_t(1) << (bits - 1), bias = least < 0 ? half : 0;
    if (least + bias >= 0 && most + bias < 2 * half)
      return {bits, bias};
  }
  llvm_unreachable("bytes have 8 bits");
}

/// Whether a tensor is a constant or a weight, or made of such alone.
bool isMadeOfKnown(Value tensor) {
  Operation *op = tensor.getDefiningOp();
  return ir::isKnown(tensor) || (isa_and_nonnull<ir::InferDimsInterface>(op) && op->getNumOperands() > 0 &&
                                 llvm::all_of(op->getOperands(), isMadeOfKnown));
}

/// The one value of a tensor of integers, if all have it.
std::optional<int64_t> commonValue(Value tensor, bool isUnsigned) {
  std::optional<APInt> value = rangeOf(tensor).getConstantValue();
  if (!value)
    return std::nullopt;
  return isUnsigned ? static_cast<int64_t>(value->getZExtValue()) : value->getSExtValue();
}

/// Dequantized weights as a matrix, found.
struct CodedWeight {
  MatrixView bytes, scales;
  std::optional<MatrixView> zeros;
  bool areZerosUnsigned;
  Coding coding; // of the bytes
  Type element;  // to which numbers are rounded
  int64_t block; // of rows with one scale and zero
};

void descendFully(MatrixView &view) {
  while (view.descend())
    ;
}

int64_t bitsOf(const MatrixView &view) { return getElementTypeOrSelf(view.source()).getIntOrFloatBitWidth(); }

/// Whether codes, scales and zeros take three quarters of the room of what they stand for, or less.
bool areSmall(const CodedWeight &weight, Value matrix) {
  int64_t perBlock = bitsOf(weight.scales) + (weight.zeros ? bitsOf(*weight.zeros) : 0);
  int64_t floats = weight.block * getElementTypeOrSelf(matrix).getIntOrFloatBitWidth();
  return 4 * (weight.coding.bits * weight.block + perBlock) <= 3 * floats;
}

/// Finds the largest blocks within which neither scales nor zeros change; false where there are none.
bool joinBlocks(CodedWeight &weight) {
  int64_t rows = weight.block;
  for (MatrixView *view : {&weight.scales, weight.zeros ? &*weight.zeros : nullptr}) {
    if (!view)
      continue;
    descendFully(*view);
    std::optional<int64_t> own = view->rowsAlike();
    if (!own)
      return false;
    if (*own >= rows) // all are alike
      continue;
    if (weight.block < rows && weight.block % *own != 0 && *own % weight.block != 0)
      return false;
    weight.block = std::min(weight.block, *own);
  }
  return true;
}

std::optional<CodedWeight> match(Value matrix) {
  MatrixView view(matrix);
  descendFully(view);
  auto map = view.source().getDefiningOp<ir::MapOp>();
  auto found = map ? matchDequantizingMap(map) : std::nullopt;
  if (!found)
    return std::nullopt;
  CodedWeight weight = {view.operand(found->bytes),
                        view.operand(found->scale),
                        std::nullopt,
                        found->isZeroPointUnsigned,
                        codingOf(found->bytes, found->isUnsigned),
                        found->element,
                        cast<RankedTensorType>(matrix.getType()).getDimSize(0)};
  if (found->zeroPoint)
    weight.zeros = view.operand(found->zeroPoint);
  if (weight.bytes.rowsAlike() != 1 || !joinBlocks(weight) || !areSmall(weight, matrix))
    return std::nullopt;
  return weight;
}

struct FindCodedWeightsPass : impl::FindCodedWeightsBase<FindCodedWeightsPass> {
  using FindCodedWeightsBase::FindCodedWeightsBase;

  void runOnOperation() override {
    SmallVector<ir::MatmulOp> products;
    getOperation().walk([&](ir::MatmulOp op) { products.push_back(op); });
    ir::DimAnalysis dims(getOperation());
    if (!dims.isValid())
      return signalPassFailure();
    for (ir::MatmulOp op : products)
      if (isWeight(op.getRhs()))
        if (auto weight = match(op.getRhs())) {
          if (!op.getNarrow() || !multiplyBytes(op, *weight, dims))
            op.getRhsMutable().assign(decode(op, *weight));
          ++numFound;
        }
  }

private:
  /// Whether bytes are multiplied with the codes now.
  bool multiplyBytes(ir::MatmulOp op, const CodedWeight &weight, ir::DimAnalysis &dims) {
    auto [bits, bias] = weight.coding;
    ir::CodeForm form = {bits, weight.block};
    OpBuilder builder(op);
    Location loc = op.getLoc();
    int64_t codes = int64_t(1) << bits;
    auto common = commonZero(weight, bias);
    bool isCode = common ? *common >= 0 && *common < codes
                         : getElementTypeOrSelf(weight.zeros->source()).isInteger(8) &&
                               fits(rangeOf(weight.zeros->source()), weight.areZerosUnsigned, bias, codes);
    if (!canMultiply(form) || !isCode)
      return false;
    CodedMatrix right;
    right.codes = addToBytes(builder, loc, weight.bytes.asMatrix(builder, loc, 1), bias);
    right.scales = weight.scales.asMatrix(builder, loc, weight.block);
    if (common)
      right.commonZero = *common;
    else
      right.zeros = zerosOf(builder, loc, weight, bias);
    op.replaceAllUsesWith(multiplyByCodes(builder, op, right, form, panel, dims));
    op.erase();
    return true;
  }

  static bool isWeight(Value tensor) {
    auto type = cast<RankedTensorType>(tensor.getType());
    return type.hasStaticShape() && type.getRank() == 2 && type.getNumElements() > 0 &&
           ir::widensToF32(type.getElementType()) && !tensor.getDefiningOp<ir::GetWeightOp>() && isMadeOfKnown(tensor);
  }

  static Value decode(ir::MatmulOp product, const CodedWeight &weight) {
    OpBuilder builder(product);
    Location loc = product.getLoc();
    auto type = cast<RankedTensorType>(product.getRhs().getType());
    int64_t rows = type.getDimSize(0);
    auto [bits, bias] = weight.coding;
    Value bytes = addToBytes(builder, loc, weight.bytes.asMatrix(builder, loc, 1), bias);
    Value codes = packCodes(builder, loc, bytes, bits);
    Value scales = weight.scales.asMatrix(builder, loc, weight.block), zeros;
    bool isCentered = false;
    int64_t half = int64_t(1) << (bits - 1);
    auto common = commonZero(weight, bias);
    if (common == half)
      isCentered = true;
    else if (common != 0)
      zeros = zerosOf(builder, loc, weight, bias);
    return ir::DecodeOp::create(builder, loc, codes, scales, zeros, /*axis=*/0, rows, bits,
                                std::min(weight.block, rows), /*group=*/1, isCentered, weight.element,
                                ir::CodeLevels::Whole);
  }

  /// Of all codes; nothing where they differ.
  static std::optional<int64_t> commonZero(const CodedWeight &weight, int64_t bias) {
    if (!weight.zeros)
      return bias;
    if (!getElementTypeOrSelf(weight.zeros->source()).isInteger(8))
      return std::nullopt;
    auto value = commonValue(weight.zeros->source(), weight.areZerosUnsigned);
    return value ? std::optional(*value + bias) : std::nullopt;
  }

  /// Whether numbers in this range are from 0 to `count` - 1 when `bias` is added.
  static bool fits(const ConstantIntRanges &range, bool isUnsigned, int64_t bias, int64_t count) {
    int64_t least = isUnsigned ? static_cast<int64_t>(range.umin().getZExtValue()) : range.smin().getSExtValue();
    int64_t most = isUnsigned ? static_cast<int64_t>(range.umax().getZExtValue()) : range.smax().getSExtValue();
    return least + bias >= 0 && most + bias < count;
  }

  /// Of the codes of each block: bytes without a sign where they fit, else floats.
  static Value zerosOf(OpBuilder &builder, Location loc, const CodedWeight &weight, int64_t bias) {
    Value zeros = weight.zeros->asMatrix(builder, loc, weight.block);
    bool isByte = getElementTypeOrSelf(zeros).isInteger(8);
    if (isByte && fits(rangeOf(weight.zeros->source()), weight.areZerosUnsigned, bias, 256))
      return addToBytes(builder, loc, zeros, bias);
    return ir::MapOp::create(builder, loc, zeros, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
      Value real = x[0];
      Type f32 = inner.getF32Type();
      if (isByte)
        real = weight.areZerosUnsigned ? Value(arith::UIToFPOp::create(inner, loc, f32, real))
                                       : Value(arith::SIToFPOp::create(inner, loc, f32, real));
      else if (!real.getType().isF32())
        real = arith::ExtFOp::create(inner, loc, f32, real);
      Value shift = arith::ConstantOp::create(inner, loc, inner.getF32FloatAttr(static_cast<float>(bias)));
      return arith::AddFOp::create(inner, loc, real, shift);
    });
  }
};

} // namespace
} // namespace llmc::passes
