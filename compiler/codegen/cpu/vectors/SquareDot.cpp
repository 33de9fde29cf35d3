// Instructions that multiply two rows with two columns, two words of each. They give the bits of the dot of words,
// taken twice: so what is left of the rows may take that.
#include "compiler/codegen/cpu/vectors/Dot.h"
#include "compiler/codegen/cpu/vectors/Intrinsics.h"
#include "llmc/artefact.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

constexpr int64_t kSums = 4; // of a square

Value pick(OpBuilder &builder, Location loc, Value vector, ArrayRef<int64_t> lanes) {
  return vector::ShuffleOp::create(builder, loc, vector, vector, lanes);
}

Value part(OpBuilder &builder, Location loc, Value vector, int64_t square) {
  return vector::ExtractStridedSliceOp::create(builder, loc, vector, square * kSums, kSums, int64_t(1));
}

Value bitsAs(OpBuilder &builder, Location loc, Value vector, Type element) {
  auto type = cast<VectorType>(vector.getType());
  int64_t bits = type.getNumElements() * type.getElementTypeBitWidth();
  auto result = VectorType::get({bits / element.getIntOrFloatBitWidth()}, element);
  return result == type ? vector : Value(vector::BitCastOp::create(builder, loc, result, vector));
}

/// Sums of a square are those of the first row, then of the second; where sides had to change places, those of columns.
class Squares : public Dot {
public:
  Squares(MLIRContext *context, int64_t columns, std::optional<Signs> bytes, const TargetSpec &target)
      : Dot(VectorType::get({2 * columns}, sumOf(context, bytes.has_value()))), columns(columns), bytes(bytes),
        isReal(target.cpuFeatures & (bytes ? LLMC_CPU_AARCH64_I8MM : LLMC_CPU_AARCH64_BF16)) {
    if (bytes)
      words = byteDot(context, kSums, *bytes, target);
    else
      words = std::make_unique<HalfPairs>(context, kSums, target);
    changePlaces = isReal && bytes && !bytes->leftIsUnsigned && bytes->rightIsUnsigned;
  }

  int64_t group() const override { return 2 * words->group(); }

  /// Two words of a row, then of the next.
  Value spreadLeft(OpBuilder &, Location, Value left) const override { return left; }

  /// A word of each column, then the next of each; those of a column come side by side.
  Value prepareRight(OpBuilder &builder, Location loc, Value right) const override {
    SmallVector<int64_t> lanes;
    for (int64_t column = 0; column < columns; ++column)
      lanes.append({column, columns + column});
    return pick(builder, loc, right, lanes);
  }

  Value step(OpBuilder &builder, Location loc, Value left, Value right, Value sum) const override {
    Value result = sum;
    for (int64_t square = 0; square < columns / 2; ++square) {
      Value first = left, second = part(builder, loc, right, square), before = part(builder, loc, sum, square);
      if (changePlaces)
        std::swap(first, second);
      Value after =
          isReal ? multiply(builder, loc, first, second, before) : multiplyPlainly(builder, loc, first, second, before);
      result = vector::InsertStridedSliceOp::create(builder, loc, after, result, square * kSums, int64_t(1));
    }
    return result;
  }

  /// The columns of the first row, then of the second.
  Value finish(OpBuilder &builder, Location loc, Value sum) const override {
    SmallVector<int64_t> lanes;
    for (int64_t row = 0; row < 2; ++row)
      for (int64_t column = 0; column < columns; ++column)
        lanes.push_back(column / 2 * kSums + (changePlaces ? column % 2 * 2 + row : row * 2 + column % 2));
    return pick(builder, loc, sum, lanes);
  }

private:
  static Type sumOf(MLIRContext *context, bool ofBytes) {
    return ofBytes ? Type(IntegerType::get(context, 32)) : Type(Float32Type::get(context));
  }

  Type element(OpBuilder &builder) const { return bytes ? Type(builder.getI8Type()) : Type(builder.getBF16Type()); }

  Value multiply(OpBuilder &builder, Location loc, Value first, Value second, Value sum) const {
    first = bitsAs(builder, loc, first, element(builder)), second = bitsAs(builder, loc, second, element(builder));
    llvm::StringRef name = !bytes                                            ? "llvm.aarch64.neon.bfmmla"
                           : bytes->leftIsUnsigned != bytes->rightIsUnsigned ? "llvm.aarch64.neon.usmmla"
                           : bytes->leftIsUnsigned                           ? "llvm.aarch64.neon.ummla"
                                                                             : "llvm.aarch64.neon.smmla";
    return callIntrinsic(builder, loc, name, {sum, first, second}, sum.getType());
  }

  Value multiplyPlainly(OpBuilder &builder, Location loc, Value rows, Value columns, Value sum) const {
    for (int64_t word : {0, 1}) {
      Value left = pick(builder, loc, rows, {word, word, word + 2, word + 2});
      Value right = pick(builder, loc, columns, {word, word + 2, word, word + 2});
      if (bytes)
        left = bitsAs(builder, loc, left, element(builder)), right = bitsAs(builder, loc, right, element(builder));
      sum = words->step(builder, loc, left, right, sum);
    }
    return sum;
  }

  int64_t columns;
  std::optional<Signs> bytes;
  bool isReal, changePlaces;
  std::unique_ptr<Dot> words;
};

} // namespace

std::unique_ptr<Dot> squareDot(MLIRContext *context, int64_t columns, std::optional<Signs> bytes,
                               const TargetSpec &target) {
  return std::make_unique<Squares>(context, columns, bytes, target);
}

} // namespace llmc::codegen::cpu
