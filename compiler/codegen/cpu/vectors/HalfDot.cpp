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

Value HalfPairs::step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const {
  if (target.cpuFeatures & LLMC_CPU_AVX512_BF16) {
    auto halves = VectorType::get({2 * columns}, builder.getBF16Type());
    Value pairs = vector::BitCastOp::create(builder, loc, halves, left);
    Value others = vector::BitCastOp::create(builder, loc, halves, right);
    return callIntrinsic(builder, loc, "llvm.x86.avx512bf16.dpbf16ps.512", {sum, pairs, others}, sumType());
  }
  bool isEmulated = target.instructions & LLMC_CPU_AVX512_BF16;
  auto normal = [&](Value x) { return isEmulated ? withoutDenormals(builder, loc, x) : x; };
  for (auto half : {secondHalf, firstHalf})
    sum = normal(vector::FMAOp::create(builder, loc, normal(half(builder, loc, left)),
                                       normal(half(builder, loc, right)), normal(sum)));
  return sum;
}

} // namespace llmc::codegen::cpu
