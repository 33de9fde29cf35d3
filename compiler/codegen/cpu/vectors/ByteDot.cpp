// Products of bytes, whose sums are exact modulo 2^32 on every machine: x86's instruction that adds pairs of products
// in 16 bits, which overflow, is not among these.
#include "compiler/codegen/cpu/schedules/Contraction.h"
#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/cpu/vectors/Intrinsics.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

constexpr int64_t kGroup = 4;

/// Whether there is an instruction for four bytes on each side, of such signs.
bool multiplies(uint64_t features, Signs signs) {
  constexpr uint64_t mixed = LLMC_CPU_AVX512_VNNI | LLMC_CPU_AVX_VNNI | LLMC_CPU_AARCH64_I8MM;
  return features & (signs.leftIsUnsigned != signs.rightIsUnsigned ? mixed : uint64_t(LLMC_CPU_AARCH64_DOTPROD));
}

VectorType vectorOf(OpBuilder &builder, int64_t lanes, unsigned bits) {
  return VectorType::get({lanes}, builder.getIntegerType(bits));
}

/// The same group of elements for each column.
Value repeat(OpBuilder &builder, Location loc, Value group, int64_t columns) {
  auto type = cast<VectorType>(group.getType());
  unsigned bits = type.getElementTypeBitWidth();
  Value whole = vector::BitCastOp::create(builder, loc, vectorOf(builder, 1, bits * kGroup), group);
  Value scalar = vector::ExtractOp::create(builder, loc, whole, int64_t(0));
  Value all = vector::BroadcastOp::create(builder, loc, vectorOf(builder, columns, bits * kGroup), scalar);
  return vector::BitCastOp::create(builder, loc, vectorOf(builder, columns * kGroup, bits), all);
}

Value extend(OpBuilder &builder, Location loc, Value vector, unsigned bits, bool isUnsigned) {
  auto type = vectorOf(builder, cast<VectorType>(vector.getType()).getNumElements(), bits);
  return isUnsigned ? Value(arith::ExtUIOp::create(builder, loc, type, vector))
                    : Value(arith::ExtSIOp::create(builder, loc, type, vector));
}

/// Elements `first`, `first` + `step` and so on.
Value every(OpBuilder &builder, Location loc, Value vector, int64_t first, int64_t step) {
  SmallVector<int64_t> lanes;
  for (int64_t lane = first; lane < cast<VectorType>(vector.getType()).getNumElements(); lane += step)
    lanes.push_back(lane);
  return vector::ShuffleOp::create(builder, loc, vector, vector, lanes);
}

/// Bytes become 16 bits wide. Neighbours are multiplied and added exactly in 32, so a column has two sums until the
/// end.
class BytePairs : public Dot {
public:
  BytePairs(MLIRContext *context, int64_t columns, Signs signs, const TargetSpec &target)
      : Dot(VectorType::get({2 * columns}, IntegerType::get(context, 32))), columns(columns), signs(signs),
        target(target) {}

  int64_t group() const override { return kGroup; }
  Value spreadLeft(OpBuilder &builder, Location loc, Value left) const override {
    return repeat(builder, loc, extend(builder, loc, left, 16, signs.leftIsUnsigned), columns);
  }
  Value prepareRight(OpBuilder &builder, Location loc, Value right) const override {
    return extend(builder, loc, right, 16, signs.rightIsUnsigned);
  }
  Value step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const override {
    return arith::AddIOp::create(builder, loc, sum, products(builder, loc, left, right));
  }
  Value finish(OpBuilder &builder, Location loc, Value sum) const override {
    return arith::AddIOp::create(builder, loc, every(builder, loc, sum, 0, 2), every(builder, loc, sum, 1, 2));
  }

private:
  /// Of neighbours, added.
  Value products(OpBuilder &builder, Location loc, Value left, Value right) const {
    if (!(target.cpuFeatures & LLMC_CPU_X86_64_V3)) {
      Value all = arith::MulIOp::create(builder, loc, extend(builder, loc, left, 32, false),
                                        extend(builder, loc, right, 32, false));
      return arith::AddIOp::create(builder, loc, every(builder, loc, all, 0, 2), every(builder, loc, all, 1, 2));
    }
    Value result = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(sumType()));
    bool isWide = target.cpuFeatures & LLMC_CPU_X86_64_V4;
    llvm::StringRef name = isWide ? "llvm.x86.avx512.pmaddw.d.512" : "llvm.x86.avx2.pmadd.wd";
    int64_t lanes = isWide ? 32 : 16;
    for (int64_t at = 0; at < columns * kGroup; at += lanes) {
      auto part = [&](Value vector) {
        return vector::ExtractStridedSliceOp::create(builder, loc, vector, at, lanes, int64_t(1)).getResult();
      };
      Value sums = callIntrinsic(builder, loc, name, {part(left), part(right)}, vectorOf(builder, lanes / 2, 32));
      result = vector::InsertStridedSliceOp::create(builder, loc, sums, result, at / 2, int64_t(1));
    }
    return result;
  }

  int64_t columns;
  Signs signs;
  const TargetSpec &target;
};

/// One instruction for four bytes times four. Where there is none for signs as they are, the right side's are turned:
/// 128 is added to each element, or taken away, and therefore 128 times the left row's sum to each result.
class ByteQuads : public Dot {
public:
  ByteQuads(MLIRContext *context, int64_t columns, Signs signs, const TargetSpec &target)
      : Dot(VectorType::get({columns}, IntegerType::get(context, 32))), columns(columns), signs(signs), target(target) {
    if (multiplies(target.instructions, signs))
      return;
    this->signs.rightIsUnsigned = !signs.rightIsUnsigned;
    isTurned = !signs.rightIsSmall;
  }

  int64_t group() const override { return kGroup; }
  Value spreadLeft(OpBuilder &builder, Location loc, Value left) const override {
    return repeat(builder, loc, left, columns);
  }
  Value prepareRight(OpBuilder &builder, Location loc, Value right) const override {
    if (!isTurned)
      return right;
    Value signBits = constant(builder, loc, right.getType(), -128);
    return arith::XOrIOp::create(builder, loc, right, signBits);
  }
  Value step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const override {
    if (!multiplies(target.cpuFeatures, signs))
      return multiplyPlainly(builder, loc, left, right, sum);
    if (signs.leftIsUnsigned == signs.rightIsUnsigned) {
      llvm::StringRef name = signs.leftIsUnsigned ? "llvm.aarch64.neon.udot" : "llvm.aarch64.neon.sdot";
      return callIntrinsic(builder, loc, name, {sum, left, right}, sumType());
    }
    if (!signs.leftIsUnsigned) // the side without signs comes first
      std::swap(left, right);
    return callIntrinsic(builder, loc, nameOfMixed(), {sum, left, right}, sumType());
  }
  int64_t correction() const override { return !isTurned ? 0 : signs.rightIsUnsigned ? -128 : 128; }
  Value addLeft(OpBuilder &builder, Location loc, Value left, Value sum) const override {
    return step(builder, loc, left, constant(builder, loc, left.getType(), 1), sum);
  }

private:
  static Value constant(OpBuilder &builder, Location loc, Type vector, int8_t value) {
    return arith::ConstantOp::create(builder, loc,
                                     DenseElementsAttr::get(cast<ShapedType>(vector), APInt(8, value, true)));
  }
  llvm::StringRef nameOfMixed() const {
    if (target.cpuFeatures & LLMC_CPU_AARCH64_I8MM)
      return "llvm.aarch64.neon.usdot";
    return columns == 16 ? "llvm.x86.avx512.vpdpbusd.512" : "llvm.x86.avx512.vpdpbusd.256";
  }

  Value multiplyPlainly(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const {
    Value products = arith::MulIOp::create(builder, loc, extend(builder, loc, left, 32, signs.leftIsUnsigned),
                                           extend(builder, loc, right, 32, signs.rightIsUnsigned));
    for (int64_t row = 0; row < kGroup; ++row)
      sum = arith::AddIOp::create(builder, loc, sum, every(builder, loc, products, row, kGroup));
    return sum;
  }

  int64_t columns;
  Signs signs; // of what is multiplied
  bool isTurned = false;
  const TargetSpec &target;
};

} // namespace

std::unique_ptr<Dot> byteDot(MLIRContext *context, int64_t columns, Signs signs, const TargetSpec &target) {
  if (hasByteQuads(target))
    return std::make_unique<ByteQuads>(context, columns, signs, target);
  return std::make_unique<BytePairs>(context, columns, signs, target);
}

} // namespace llmc::codegen::cpu
