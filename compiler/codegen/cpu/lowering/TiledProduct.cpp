// The loop along k over tiles. What is left of k behind whole tiles is a step of its own with smaller ones, between
// which the sums wait in memory.
#include "compiler/codegen/cpu/lowering/TiledProduct.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"
#include <numeric>

using namespace mlir;

namespace llmc::codegen::cpu {

namespace {
constexpr int64_t kWordBytes = 4, kWordsOfTile = MatrixTiles::kRowBytes / kWordBytes;
} // namespace

/// What is multiplied at once. Bands are 16 rows each, the last of them what is left.
struct TiledProduct::Block {
  Value row, height;
  int64_t bands;
  const Right &right;
  VectorPanel &sums;
  function_ref<void(OpBuilder &, const Taken &)> take;
};

TiledProduct::TiledProduct(KernelFrame &frame, const Left &left, std::optional<Signs> bytes, const ir::DimExpr &rows)
    : frame(frame), lhs(left.rows), loc(frame.loc()), words(left.words), part(left.part ? left.part : left.words),
      tileWords(left.part ? std::gcd(left.part, kWordsOfTile) : kWordsOfTile),
      rowBytes(frame.dims(lhs).back() * ir::elementBytes(getElementTypeOrSelf(lhs))), tiles(matrixTiles(frame, bytes)) {
  assert((!left.part || (words % part == 0 && part % tileWords == 0)) && "parts are tiles of one size");
  if (!rowBytes.isConstant(part * kWordBytes) || frame.extents(lhs) != frame.dims(lhs))
    copy = frame.scratch(rows * (words * kWordBytes));
}

void TiledProduct::begin(OpBuilder &builder, Value first, Value bound) {
  firstRow = first;
  if (!copy)
    return;
  ir::DimVector sizes = frame.dims(lhs);
  Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
  Value bytes = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), frame.size(rowBytes));
  forLoop(builder, loc, first, bound, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
    Position at = delinearize(frame, inner, row, ArrayRef<ir::DimExpr>(sizes).drop_back());
    at.push_back({frame.constant(0)});
    Value from = ElementEmitter(frame, inner).addressOf(lhs, at);
    auto wordOf = [&](int64_t word) { return leftWord(inner, frame.constant(0), row, frame.constant(word)); };
    LLVM::StoreOp::create(inner, loc, zero, wordOf(words - 1), kWordBytes);
    LLVM::MemcpyOp::create(inner, loc, wordOf(0), from, bytes, /*isVolatile=*/false);
    return SmallVector<Value>();
  });
}

Value TiledProduct::leftWord(OpBuilder &builder, Value number, Value row, Value word) {
  Value start = copy ? copy : frame.addressOf(lhs);
  if (copy)
    row = arith::SubIOp::create(builder, loc, row, firstRow);
  if (hasParts()) {
    Value before = arith::MulIOp::create(builder, loc, number, frame.size(frame.dims(lhs)[1]));
    row = arith::AddIOp::create(builder, loc, before, row);
  }
  Value before = arith::MulIOp::create(builder, loc, row, frame.constant(part * kWordBytes));
  Value inRow = arith::MulIOp::create(builder, loc, word, frame.constant(kWordBytes));
  return bytesBehind(builder, loc, start, arith::AddIOp::create(builder, loc, before, inRow).getResult());
}

bool TiledProduct::hasRest() const { return words % tileWords != 0; }

static int64_t bandsOf(int64_t rows) { return static_cast<int64_t>(llvm::divideCeil(rows, MatrixTiles::kRows)); }

void TiledProduct::emit(OpBuilder &builder, Value first, Value bound, int64_t blockRows, const Right &right,
                        VectorPanel &sums, function_ref<void(OpBuilder &, const Taken &)> take) {
  Value height = frame.constant(blockRows);
  Value count = builder.createOrFold<arith::SubIOp>(loc, bound, first);
  Value rest = builder.createOrFold<arith::RemUIOp>(loc, count, height);
  Value end = builder.createOrFold<arith::SubIOp>(loc, bound, rest);
  Block whole = {first, height, bandsOf(blockRows), right, sums, take};
  if (!hasRest())
    configure(builder, whole, tileWords);
  forLoop(builder, loc, first, end, blockRows, {}, [&](OpBuilder &inner, Value row, ValueRange) {
    whole.row = row;
    emitBlock(inner, whole);
    if (!hasParts())
      take(inner, {row, height, frame.constant(0), 1});
    return SmallVector<Value>();
  });
  Value isMore = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rest, frame.constant(0));
  auto branch = scf::IfOp::create(builder, loc, isMore, /*withElseRegion=*/false);
  OpBuilder inner = OpBuilder::atBlockBegin(branch.thenBlock());
  emitRest(inner, end, rest, blockRows - 1, whole);
}

/// A block of fewer rows than the others.
void TiledProduct::emitRest(OpBuilder &builder, Value row, Value height, int64_t mostRows, const Block &like) {
  Block block = like;
  block.row = row;
  block.height = height;
  auto emitAs = [&](OpBuilder &inner, int64_t bands) {
    block.bands = bands;
    if (!hasRest())
      configure(inner, block, tileWords);
    emitBlock(inner, block);
  };
  if (mostRows <= MatrixTiles::kRows) {
    emitAs(builder, 1);
  } else {
    Value isTall =
        arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, height, frame.constant(MatrixTiles::kRows));
    auto branch = scf::IfOp::create(builder, loc, isTall, /*withElseRegion=*/true);
    OpBuilder tall = OpBuilder::atBlockBegin(branch.thenBlock()), low = OpBuilder::atBlockBegin(branch.elseBlock());
    emitAs(tall, TileNumbers::kBands);
    emitAs(low, 1);
  }
  if (!hasParts())
    block.take(builder, {row, height, frame.constant(0), 1});
}

void TiledProduct::emitBlock(OpBuilder &builder, const Block &block) {
  if (!hasParts())
    return sumPart(builder, block, frame.constant(0), frame.constant(0));
  auto emitParts = [&](OpBuilder &inner, Value first, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
      sumPart(inner, block, offset(frame, inner, first, i), frame.constant(i * kMostRows));
    block.take(inner, {block.row, block.height, first, count});
  };
  int64_t rest = words / part % kPartsTogether;
  Value end = frame.constant(words / part - rest);
  forLoop(builder, loc, frame.constant(0), end, kPartsTogether, {}, [&](OpBuilder &inner, Value first, ValueRange) {
    emitParts(inner, first, kPartsTogether);
    return SmallVector<Value>();
  });
  if (rest)
    emitParts(builder, end, rest);
}

void TiledProduct::sumPart(OpBuilder &builder, const Block &block, Value number, Value firstSum) {
  int64_t rest = part % tileWords, whole = part - rest;
  if (whole) {
    if (rest)
      configure(builder, block, tileWords);
    TileNumbers::forEachSum(block.bands, block.right.panels,
                            [&](int64_t tile, int64_t, int64_t) { tiles->clear(builder, tile); });
    std::optional<FetchAhead::Share> share;
    if (block.right.ahead)
      share =
          block.right.ahead->shareOf(builder, arith::SubIOp::create(builder, loc, block.row, firstRow), block.height);
    forLoop(builder, loc, frame.constant(0), frame.constant(whole), tileWords, {},
            [&](OpBuilder &inner, Value word, ValueRange) {
              if (share)
                block.right.ahead->fetch(inner, *share, word);
              step(inner, block, number, word);
              return SmallVector<Value>();
            });
  }
  if (rest) {
    if (whole)
      moveSums(builder, block, firstSum, &MatrixTiles::store);
    configure(builder, block, rest);
    if (whole)
      moveSums(builder, block, firstSum, &MatrixTiles::load);
    step(builder, block, number, frame.constant(whole));
  }
  moveSums(builder, block, firstSum, &MatrixTiles::store);
}

void TiledProduct::configure(OpBuilder &builder, const Block &block, int64_t words) {
  Value whole = frame.constant(MatrixTiles::kRows), last = block.height;
  if (block.bands > 1)
    last = arith::SubIOp::create(builder, loc, block.height, whole);
  SmallVector<TileSize> sizes(MatrixTiles::kTiles);
  auto rowsOf = [&](int64_t band) { return band + 1 < block.bands ? whole : last; };
  for (int64_t band = 0; band < block.bands; ++band)
    sizes[TileNumbers::left(band)] = {rowsOf(band), words * kWordBytes};
  TileNumbers::forEachSum(block.bands, block.right.panels, [&](int64_t tile, int64_t band, int64_t) {
    sizes[tile] = {rowsOf(band), MatrixTiles::kRowBytes};
  });
  for (int64_t panel = 0; panel < block.right.panels; ++panel)
    sizes[TileNumbers::right(panel)] = {frame.constant(words), MatrixTiles::kRowBytes};
  tiles->configure(builder, sizes);
}

void TiledProduct::moveSums(OpBuilder &builder, const Block &block, Value firstSum, Move move) {
  Value stride = block.sums.rowBytes(builder);
  TileNumbers::forEachSum(block.bands, block.right.panels, [&](int64_t tile, int64_t band, int64_t panel) {
    Value row = offset(frame, builder, firstSum, band * MatrixTiles::kRows);
    Value place = block.sums.addressOf(builder, row, frame.constant(panel * kWordsOfTile));
    ((*tiles).*move)(builder, tile, place, stride);
  });
}

void TiledProduct::step(OpBuilder &builder, const Block &block, Value number, Value word) {
  auto left = [&](int64_t band) {
    return leftWord(builder, number, offset(frame, builder, block.row, band * MatrixTiles::kRows), word);
  };
  Value inAll = word;
  if (hasParts())
    inAll =
        arith::AddIOp::create(builder, loc, arith::MulIOp::create(builder, loc, number, frame.constant(part)), word);
  auto right = [&](int64_t panel) { return block.right.address(builder, panel, inAll); };
  tiles->multiplyBlock(builder, block.bands, block.right.panels, {left, frame.constant(part * kWordBytes)},
                       {right, frame.constant(MatrixTiles::kRowBytes)});
}

} // namespace llmc::codegen::cpu
