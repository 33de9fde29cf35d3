#include "compiler/codegen/cpu/llvm/HalfRounding.h"
#include "compiler/codegen/cpu/vectors/HalfWords.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {

/// A scalar is a vector of one.
static void roundPlainly(arith::TruncFOp op, bool hasDenormals) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Value x = op.getIn();
  bool isScalar = !isa<VectorType>(x.getType());
  if (isScalar)
    x = vector::BroadcastOp::create(builder, loc, VectorType::get({1}, x.getType()), x);
  Value bits = roundedToHalf(builder, loc, hasDenormals ? x : withoutDenormals(builder, loc, x));
  auto halves = VectorType::get(cast<VectorType>(x.getType()).getShape(), builder.getBF16Type());
  Value result = vector::BitCastOp::create(builder, loc, halves, bits);
  if (isScalar)
    result = vector::ExtractOp::create(builder, loc, result, ArrayRef<int64_t>{0});
  op.replaceAllUsesWith(result);
  op.erase();
}

bool roundToHalves(ModuleOp code, const TargetSpec &target) {
  constexpr uint64_t any = LLMC_CPU_AVX512_BF16 | LLMC_CPU_AARCH64_BF16;
  if (!(target.instructions & any))
    return false;
  if (target.cpuFeatures & any)
    return true;
  code.walk([&](arith::TruncFOp op) {
    if (getElementTypeOrSelf(op.getIn()).isF32() && getElementTypeOrSelf(op.getResult()).isBF16())
      roundPlainly(op, /*hasDenormals=*/target.instructions & LLMC_CPU_AARCH64_BF16);
  });
  return false;
}

} // namespace llmc::codegen::cpu
