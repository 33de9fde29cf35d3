// Products of bf16 in pairs, exact in f32 before they are added.
#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/cpu/vectors/HalfWords.h"
#include "compiler/codegen/cpu/vectors/Intrinsics.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

HalfPairs::HalfPairs(MLIRContext *context, int64_t columns, const TargetSpec &target)
    : Dot(VectorType::get({columns}, Float32Type::get(context))), columns(columns), target(target) {}

Value HalfPairs::spreadLeft(OpBuilder &builder, Location loc, Value left) const {
  return vector::BroadcastOp::create(builder, loc, VectorType::get({columns}, left.getType()), left);
}

/// a + b as BFDOT adds: what lies between two floats becomes the one whose last bit is 1, denormal numbers are zeros,
/// and all NaN are one. Computed in f64, where the sum's own error is known exactly.
static Value addRoundedToOdd(OpBuilder &builder, Location loc, Value a, Value b) {
  auto type = cast<VectorType>(a.getType());
  auto doubles = VectorType::get(type.getShape(), builder.getF64Type());
  auto words = VectorType::get(type.getShape(), builder.getI64Type());
  auto number = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(words, APInt(64, value, /*isSigned=*/true)));
  };
  Value x = arith::ExtFOp::create(builder, loc, doubles, a), y = arith::ExtFOp::create(builder, loc, doubles, b);
  Value sum = arith::AddFOp::create(builder, loc, x, y);
  Value ofY = arith::SubFOp::create(builder, loc, sum, x), ofX = arith::SubFOp::create(builder, loc, sum, ofY);
  Value error = arith::AddFOp::create(builder, loc, arith::SubFOp::create(builder, loc, x, ofX),
                                      arith::SubFOp::create(builder, loc, y, ofY));
  Value noError = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(doubles));
  Value isInexact = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::ONE, error, noError);
  // Towards zero first, with a last bit that tells of the rest.
  Value bits = vector::BitCastOp::create(builder, loc, words, sum);
  Value errorBits = vector::BitCastOp::create(builder, loc, words, error);
  Value signs = arith::XOrIOp::create(builder, loc, bits, errorBits);
  Value isTooFar = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, signs, number(0));
  Value nearer = arith::AddIOp::create(builder, loc, bits, arith::ExtSIOp::create(builder, loc, words, isTooFar));
  Value odd = arith::OrIOp::create(builder, loc, nearer, number(1));
  bits = arith::SelectOp::create(builder, loc, isInexact, odd, bits);
  constexpr int64_t lastOfFloat = int64_t(1) << 29; // f64 has 29 bits more
  Value rest = arith::AndIOp::create(builder, loc, bits, number(lastOfFloat - 1));
  Value kept = arith::AndIOp::create(builder, loc, bits, number(-lastOfFloat));
  Value isShort = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, rest, number(0));
  kept = arith::SelectOp::create(builder, loc, isShort, arith::OrIOp::create(builder, loc, kept, number(lastOfFloat)),
                                 kept);
  Value result = arith::TruncFOp::create(builder, loc, type, vector::BitCastOp::create(builder, loc, doubles, kept));
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO, sum, sum);
  Value nan =
      arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, APFloat::getQNaN(APFloat::IEEEsingle())));
  return arith::SelectOp::create(builder, loc, isNan, nan, withoutDenormals(builder, loc, result));
}

/// What BFDOT does, by plain code: products are exact.
static Value addPairPlainly(OpBuilder &builder, Location loc, Value left, Value right, Value sum) {
  auto product = [&](auto half) {
    Value a = withoutDenormals(builder, loc, half(builder, loc, left));
    Value b = withoutDenormals(builder, loc, half(builder, loc, right));
    return withoutDenormals(builder, loc, arith::MulFOp::create(builder, loc, a, b));
  };
  Value pair = addRoundedToOdd(builder, loc, product(firstHalf), product(secondHalf));
  return addRoundedToOdd(builder, loc, withoutDenormals(builder, loc, sum), pair);
}

Value HalfPairs::step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const {
  if (uint64_t real = target.cpuFeatures & (LLMC_CPU_AVX512_BF16 | LLMC_CPU_AARCH64_BF16)) {
    auto halves = VectorType::get({2 * columns}, builder.getBF16Type());
    Value pairs = vector::BitCastOp::create(builder, loc, halves, left);
    Value others = vector::BitCastOp::create(builder, loc, halves, right);
    llvm::StringRef name =
        real == LLMC_CPU_AVX512_BF16 ? "llvm.x86.avx512bf16.dpbf16ps.512" : "llvm.aarch64.neon.bfdot";
    return callIntrinsic(builder, loc, name, {sum, pairs, others}, sumType());
  }
  if (target.instructions & LLMC_CPU_AARCH64_BF16)
    return addPairPlainly(builder, loc, left, right, sum);
  bool isEmulated = target.instructions & LLMC_CPU_AVX512_BF16;
  auto normal = [&](Value x) { return isEmulated ? withoutDenormals(builder, loc, x) : x; };
  for (auto half : {secondHalf, firstHalf})
    sum = normal(vector::FMAOp::create(builder, loc, normal(half(builder, loc, left)),
                                       normal(half(builder, loc, right)), normal(sum)));
  return sum;
}

} // namespace llmc::codegen::cpu
