// What instructions for bf16 do at the borders of numbers stands here once, for all plain code in place of them.
#include "compiler/codegen/cpu/vectors/HalfWords.h"
#include "compiler/codegen/cpu/vectors/Intrinsics.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/Sequence.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static VectorType floatsLike(Value words) {
  auto type = cast<VectorType>(words.getType());
  return VectorType::get(type.getShape(), Float32Type::get(type.getContext()));
}

static Value integers(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(cast<ShapedType>(type), APInt(32, value, /*isSigned=*/false, true)));
}

Value firstHalf(OpBuilder &builder, Location loc, Value words) {
  Value shifted = arith::ShLIOp::create(builder, loc, words, integers(builder, loc, words.getType(), 16));
  return vector::BitCastOp::create(builder, loc, floatsLike(words), shifted);
}

Value secondHalf(OpBuilder &builder, Location loc, Value words) {
  Value high = arith::AndIOp::create(builder, loc, words, integers(builder, loc, words.getType(), 0xffff0000));
  return vector::BitCastOp::create(builder, loc, floatsLike(words), high);
}

Value withoutDenormals(OpBuilder &builder, Location loc, Value x) {
  auto type = cast<VectorType>(x.getType());
  auto bits = VectorType::get(type.getShape(), builder.getI32Type());
  Value whole = vector::BitCastOp::create(builder, loc, bits, x);
  Value exponent = arith::AndIOp::create(builder, loc, whole, integers(builder, loc, bits, 0x7f800000));
  Value sign = arith::AndIOp::create(builder, loc, whole, integers(builder, loc, bits, 0x80000000));
  Value isNone =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, exponent, integers(builder, loc, bits, 0));
  Value result = arith::SelectOp::create(builder, loc, isNone, sign, whole);
  return vector::BitCastOp::create(builder, loc, type, result);
}

HalfWords::HalfWords(Location loc, const TargetSpec &target)
    : loc(loc), hasInstruction(target.cpuFeatures & LLMC_CPU_AVX512_BF16) {}

Value roundedToHalf(OpBuilder &builder, Location loc, Value x) {
  auto type = cast<VectorType>(x.getType());
  auto bits = VectorType::get(type.getShape(), builder.getI32Type());
  auto number = [&](int64_t value) { return integers(builder, loc, bits, value); };
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, x, x);
  Value whole = vector::BitCastOp::create(builder, loc, bits, x);
  Value quiet = arith::OrIOp::create(builder, loc, whole, number(0x00400000));
  Value isOdd = arith::AndIOp::create(builder, loc, arith::ShRUIOp::create(builder, loc, whole, number(16)), number(1));
  Value half = arith::AddIOp::create(builder, loc, isOdd, number(0x7fff));
  Value rounded = arith::AddIOp::create(builder, loc, whole, half);
  Value result = arith::SelectOp::create(builder, loc, isNan, quiet, rounded);
  return arith::TruncIOp::create(builder, loc, VectorType::get(type.getShape(), builder.getI16Type()),
                                 arith::ShRUIOp::create(builder, loc, result, number(16)));
}

Value HalfWords::round(OpBuilder &builder, Value a, Value b) const {
  int64_t lanes = cast<VectorType>(a.getType()).getNumElements();
  if (hasInstruction) {
    Value both = callIntrinsic(builder, loc, "llvm.x86.avx512bf16.cvtne2ps2bf16.512", {b, a},
                               VectorType::get({2 * lanes}, builder.getBF16Type()));
    return vector::BitCastOp::create(builder, loc, VectorType::get({2 * lanes}, builder.getI16Type()), both);
  }
  auto rounded = [&](Value x) { return roundedToHalf(builder, loc, withoutDenormals(builder, loc, x)); };
  return vector::ShuffleOp::create(builder, loc, rounded(a), rounded(b),
                                   llvm::to_vector(llvm::seq<int64_t>(0, 2 * lanes)));
}

static Value asWords(OpBuilder &builder, Location loc, Value halves) {
  int64_t words = cast<VectorType>(halves.getType()).getNumElements() / 2;
  return vector::BitCastOp::create(builder, loc, VectorType::get({words}, builder.getI32Type()), halves);
}

Value HalfWords::follow(OpBuilder &builder, Value a, Value b) const {
  return asWords(builder, loc, round(builder, a, b));
}

Value HalfWords::pair(OpBuilder &builder, Value a, Value b) const {
  int64_t lanes = cast<VectorType>(a.getType()).getNumElements();
  Value both = round(builder, a, b);
  SmallVector<int64_t> picks;
  for (int64_t lane = 0; lane < lanes; ++lane)
    picks.append({lane, lanes + lane});
  return asWords(builder, loc, vector::ShuffleOp::create(builder, loc, both, both, picks));
}

} // namespace llmc::codegen::cpu
