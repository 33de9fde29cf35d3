// What the instructions do, in the order in which they do it: the first and the second bf16 of all words are summed
// apart, with one rounding a product, before both sums and what was there are added. Denormal numbers are zeros.
#include "compiler/codegen/cpu/vectors/PlainTiles.h"
#include "compiler/codegen/cpu/vectors/HalfWords.h"
#include "compiler/codegen/kernel/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen::cpu {

namespace {
constexpr int64_t kTileBytes = MatrixTiles::kRows * MatrixTiles::kRowBytes;
constexpr int64_t kWordBytes = 4, kWords = MatrixTiles::kRowBytes / kWordBytes;

VectorType words(OpBuilder &builder) { return VectorType::get({kWords}, builder.getI32Type()); }
} // namespace

PlainTiles::PlainTiles(KernelFrame &frame, std::optional<Signs> bytes)
    : MatrixTiles(frame), bytes(bytes), memory(frame.scratch(kTiles * kTileBytes)) {}

Value PlainTiles::field(OpBuilder &builder, int64_t place, unsigned bits) {
  Value stored =
      LLVM::LoadOp::create(builder, loc, builder.getIntegerType(bits), bytesBehind(builder, loc, configuration, place));
  return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), stored);
}

Value PlainTiles::row(OpBuilder &builder, int64_t tile, Value number) {
  Value start = bytesBehind(builder, loc, memory, tile * kTileBytes);
  return bytesBehind(builder, loc, start,
                     arith::MulIOp::create(builder, loc, number, frame.constant(kRowBytes)).getResult());
}

void PlainTiles::clearRows(OpBuilder &builder, int64_t first, int64_t count) {
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(words(builder)));
  forLoop(builder, loc, frame.constant(first), frame.constant(first + count), 1, {},
          [&](OpBuilder &inner, Value number, ValueRange) {
            LLVM::StoreOp::create(inner, loc, zero, row(inner, 0, number), kWordBytes);
            return SmallVector<Value>();
          });
}

void PlainTiles::copyRows(OpBuilder &builder, int64_t tile, Value pointer, Value stride, bool isLoad) {
  Value bound = arith::DivUIOp::create(builder, loc, field(builder, TileConfiguration::rowBytesOf(tile), 16),
                                       frame.constant(kWordBytes));
  Value rows = field(builder, TileConfiguration::rowsOf(tile), 8);
  forLoop(builder, loc, frame.constant(0), rows, 1, {}, [&](OpBuilder &outer, Value number, ValueRange) {
    Value place = bytesBehind(outer, loc, pointer, arith::MulIOp::create(outer, loc, number, stride).getResult());
    Value inTile = row(outer, tile, number);
    forLoop(outer, loc, frame.constant(0), bound, 1, {}, [&](OpBuilder &inner, Value word, ValueRange) {
      Value distance = arith::MulIOp::create(inner, loc, word, frame.constant(kWordBytes));
      Value from = bytesBehind(inner, loc, isLoad ? place : inTile, distance);
      Value to = bytesBehind(inner, loc, isLoad ? inTile : place, distance);
      constexpr unsigned unaligned = 1;
      Value value = LLVM::LoadOp::create(inner, loc, inner.getI32Type(), from, unaligned);
      LLVM::StoreOp::create(inner, loc, value, to, unaligned);
      return SmallVector<Value>();
    });
    return SmallVector<Value>();
  });
}

void PlainTiles::load(OpBuilder &builder, int64_t tile, Value pointer, Value stride) {
  copyRows(builder, tile, pointer, stride, /*isLoad=*/true);
}

void PlainTiles::store(OpBuilder &builder, int64_t tile, Value pointer, Value stride) {
  copyRows(builder, tile, pointer, stride, /*isLoad=*/false);
}

void PlainTiles::multiply(OpBuilder &builder, int64_t sum, int64_t left, int64_t right) {
  Value rows = field(builder, TileConfiguration::rowsOf(sum), 8);
  forLoop(builder, loc, frame.constant(0), rows, 1, {}, [&](OpBuilder &inner, Value number, ValueRange) {
    Type type = bytes ? words(inner) : VectorType::get({kWords}, inner.getF32Type());
    Value place = row(inner, sum, number);
    Value before = LLVM::LoadOp::create(inner, loc, type, place, kWordBytes);
    LLVM::StoreOp::create(inner, loc, sumOfRow(inner, row(inner, left, number), left, right, before), place,
                          kWordBytes);
    return SmallVector<Value>();
  });
}

/// Of four bytes each, for all columns.
static Value addBytes(OpBuilder &builder, Location loc, Value left, Value right, Signs signs, Value sum) {
  auto part = [&](Value word, int64_t byte, bool isUnsigned) -> Value {
    auto amount = [&](uint64_t bits) -> Value {
      return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(words(builder), APInt(32, bits)));
    };
    Value high = arith::ShLIOp::create(builder, loc, word, amount(24 - 8 * static_cast<uint64_t>(byte)));
    if (isUnsigned)
      return arith::ShRUIOp::create(builder, loc, high, amount(24));
    return arith::ShRSIOp::create(builder, loc, high, amount(24));
  };
  for (int64_t byte = 0; byte < kWordBytes; ++byte) {
    Value product = arith::MulIOp::create(builder, loc, part(left, byte, signs.leftIsUnsigned),
                                          part(right, byte, signs.rightIsUnsigned));
    sum = arith::AddIOp::create(builder, loc, sum, product);
  }
  return sum;
}

Value PlainTiles::sumOfRow(OpBuilder &builder, Value leftRow, int64_t left, int64_t right, Value sum) {
  Value steps = arith::DivUIOp::create(builder, loc, field(builder, TileConfiguration::rowBytesOf(left), 16),
                                       frame.constant(kWordBytes));
  auto loop = [&](ValueRange begin, function_ref<SmallVector<Value>(OpBuilder &, Value, Value, ValueRange)> step) {
    return forLoop(builder, loc, frame.constant(0), steps, 1, begin, [&](OpBuilder &inner, Value k, ValueRange now) {
      Value distance = arith::MulIOp::create(inner, loc, k, frame.constant(kWordBytes));
      Value word =
          LLVM::LoadOp::create(inner, loc, inner.getI32Type(), bytesBehind(inner, loc, leftRow, distance), kWordBytes);
      Value all = vector::BroadcastOp::create(inner, loc, words(inner), word);
      Value columns = LLVM::LoadOp::create(inner, loc, words(inner), row(inner, right, k), kWordBytes);
      return step(inner, all, columns, now);
    });
  };
  if (bytes)
    return loop(sum, [&](OpBuilder &inner, Value word, Value columns, ValueRange now) -> SmallVector<Value> {
      return {addBytes(inner, loc, word, columns, *bytes, now[0])};
    })[0];
  Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(sum.getType()));
  SmallVector<Value> sums =
      loop({zero, zero}, [&](OpBuilder &inner, Value word, Value columns, ValueRange now) -> SmallVector<Value> {
        auto add = [&](function_ref<Value(OpBuilder &, Location, Value)> half, Value before) {
          Value a = withoutDenormals(inner, loc, half(inner, loc, word));
          Value b = withoutDenormals(inner, loc, half(inner, loc, columns));
          return withoutDenormals(inner, loc, vector::FMAOp::create(inner, loc, a, b, before));
        };
        return {add(firstHalf, now[0]), add(secondHalf, now[1])};
      });
  Value both = withoutDenormals(builder, loc, arith::AddFOp::create(builder, loc, sums[0], sums[1]));
  Value before = withoutDenormals(builder, loc, sum);
  return withoutDenormals(builder, loc, arith::AddFOp::create(builder, loc, before, both));
}

} // namespace llmc::codegen::cpu
