// Products of bf16 in pairs, exact in f32 before they are added.
#include "compiler/codegen/cpu/vectors/Dot.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

static Type floatsLike(Value words) {
  auto type = cast<VectorType>(words.getType());
  return VectorType::get(type.getShape(), Float32Type::get(type.getContext()));
}

static Value integers(OpBuilder &builder, Location loc, Type type, int64_t value) {
  return arith::ConstantOp::create(
      builder, loc, DenseElementsAttr::get(cast<ShapedType>(type), APInt(32, value, /*isSigned=*/false, true)));
}

Value firstHalf(OpBuilder &builder, Location loc, Value words) {
  Value shifted = arith::ShLIOp::create(builder, loc, words, integers(builder, loc, words.getType(), 16));
  return vector::BitCastOp::create(builder, loc, cast<VectorType>(floatsLike(words)), shifted);
}

Value secondHalf(OpBuilder &builder, Location loc, Value words) {
  Value high = arith::AndIOp::create(builder, loc, words, integers(builder, loc, words.getType(), 0xffff0000));
  return vector::BitCastOp::create(builder, loc, cast<VectorType>(floatsLike(words)), high);
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

HalfPairs::HalfPairs(MLIRContext *context, int64_t columns, const TargetSpec &target)
    : Dot(VectorType::get({columns}, Float32Type::get(context))), columns(columns), target(target) {}

Value HalfPairs::spreadLeft(OpBuilder &builder, Location loc, Value left) const {
  return vector::BroadcastOp::create(builder, loc, VectorType::get({columns}, left.getType()), left);
}

Value HalfPairs::step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const {
  if (target.cpuFeatures & LLMC_CPU_AVX512_BF16) {
    auto halves = VectorType::get({2 * columns}, builder.getBF16Type());
    Value pairs = vector::BitCastOp::create(builder, loc, halves, left);
    Value others = vector::BitCastOp::create(builder, loc, halves, right);
    return LLVM::CallIntrinsicOp::create(builder, loc, sumType(),
                                         builder.getStringAttr("llvm.x86.avx512bf16.dpbf16ps.512"),
                                         ValueRange{sum, pairs, others})
        .getResult(0);
  }
  bool isEmulated = target.instructions & LLMC_CPU_AVX512_BF16;
  auto normal = [&](Value x) { return isEmulated ? withoutDenormals(builder, loc, x) : x; };
  for (auto half : {secondHalf, firstHalf})
    sum = normal(vector::FMAOp::create(builder, loc, normal(half(builder, loc, left)),
                                       normal(half(builder, loc, right)), normal(sum)));
  return sum;
}

} // namespace llmc::codegen::cpu
