// The loop along k over tiles. What is left of k behind whole tiles is a step of its own with smaller ones, between
// which the sums wait in memory.
#include "compiler/codegen/cpu/lowering/TiledProduct.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

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
};

TiledProduct::TiledProduct(KernelFrame &frame, ir::PackedMatmulOp op, const ir::DimExpr &rows)
    : frame(frame), op(op), loc(frame.loc()) {
  Type element = getElementTypeOrSelf(op.getLhs());
  ir::DimVector lhs = frame.dims(op.getLhs()), panels = frame.dims(op.getPanels());
  assert(panels[2].isConstant(kWordsOfTile) && "a word of each column is a row of a tile");
  words = *panels[1].constant();
  rowBytes = lhs.back() * ir::elementBytes(element);
  std::optional<Signs> bytes;
  if (element.isInteger(8))
    bytes = {op.getUnsignedLhs(), op.getUnsignedRhs()};
  tiles = matrixTiles(frame, bytes);
  if (!rowBytes.isConstant(words * kWordBytes) || frame.extents(op.getLhs()) != lhs)
    copy = frame.scratch(rows * (words * kWordBytes));
}

void TiledProduct::begin(OpBuilder &builder, Value first, Value bound) {
  firstRow = first;
  if (!copy)
    return;
  ir::DimVector lhs = frame.dims(op.getLhs());
  Value zero = arith::ConstantIntOp::create(builder, loc, 0, 32);
  Value bytes = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), frame.size(rowBytes));
  forLoop(builder, loc, first, bound, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
    Position at = delinearize(frame, inner, row, ArrayRef<ir::DimExpr>(lhs).drop_back());
    at.push_back({frame.constant(0)});
    Value from = ElementEmitter(frame, inner).addressOf(op.getLhs(), at);
    LLVM::StoreOp::create(inner, loc, zero, leftWord(inner, row, frame.constant(words - 1)), kWordBytes);
    LLVM::MemcpyOp::create(inner, loc, leftWord(inner, row, frame.constant(0)), from, bytes, /*isVolatile=*/false);
    return SmallVector<Value>();
  });
}

Value TiledProduct::leftWord(OpBuilder &builder, Value row, Value word) {
  Value start = copy ? copy : frame.addressOf(op.getLhs());
  Value number = copy ? arith::SubIOp::create(builder, loc, row, firstRow).getResult() : row;
  Value before = arith::MulIOp::create(builder, loc, number, frame.constant(words * kWordBytes));
  Value inRow = arith::MulIOp::create(builder, loc, word, frame.constant(kWordBytes));
  return bytesBehind(builder, loc, start, arith::AddIOp::create(builder, loc, before, inRow).getResult());
}

bool TiledProduct::hasRest() const { return words % kWordsOfTile != 0; }

static int64_t bandsOf(int64_t rows) { return static_cast<int64_t>(llvm::divideCeil(rows, MatrixTiles::kRows)); }

void TiledProduct::emit(OpBuilder &builder, Value first, Value bound, int64_t blockRows, const Right &right,
                        VectorPanel &sums, function_ref<void(OpBuilder &, Value, Value)> finish) {
  Value height = frame.constant(blockRows);
  Value count = builder.createOrFold<arith::SubIOp>(loc, bound, first);
  Value rest = builder.createOrFold<arith::RemUIOp>(loc, count, height);
  Value end = builder.createOrFold<arith::SubIOp>(loc, bound, rest);
  Block whole = {first, height, bandsOf(blockRows), right, sums};
  if (!hasRest())
    configure(builder, whole, kWordsOfTile);
  forLoop(builder, loc, first, end, blockRows, {}, [&](OpBuilder &inner, Value row, ValueRange) {
    whole.row = row;
    emitBlock(inner, whole);
    finish(inner, row, height);
    return SmallVector<Value>();
  });
  Value isMore = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rest, frame.constant(0));
  auto branch = scf::IfOp::create(builder, loc, isMore, /*withElseRegion=*/false);
  OpBuilder inner = OpBuilder::atBlockBegin(branch.thenBlock());
  emitRest(inner, end, rest, blockRows - 1, right, sums);
  finish(inner, end, rest);
}

/// A block of fewer rows than the others.
void TiledProduct::emitRest(OpBuilder &builder, Value row, Value height, int64_t mostRows, const Right &right,
                            VectorPanel &sums) {
  auto emitAs = [&](OpBuilder &inner, int64_t bands) {
    Block block = {row, height, bands, right, sums};
    if (!hasRest())
      configure(inner, block, kWordsOfTile);
    emitBlock(inner, block);
  };
  if (mostRows <= MatrixTiles::kRows)
    return emitAs(builder, 1);
  Value isTall =
      arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, height, frame.constant(MatrixTiles::kRows));
  auto branch = scf::IfOp::create(builder, loc, isTall, /*withElseRegion=*/true);
  OpBuilder tall = OpBuilder::atBlockBegin(branch.thenBlock()), low = OpBuilder::atBlockBegin(branch.elseBlock());
  emitAs(tall, TileNumbers::kBands);
  emitAs(low, 1);
}

void TiledProduct::emitBlock(OpBuilder &builder, const Block &block) {
  int64_t rest = words % kWordsOfTile, whole = words - rest;
  if (whole) {
    if (rest)
      configure(builder, block, kWordsOfTile);
    TileNumbers::forEachSum(block.bands, block.right.panels,
                            [&](int64_t tile, int64_t, int64_t) { tiles->clear(builder, tile); });
    std::optional<FetchAhead::Share> share;
    if (block.right.ahead)
      share =
          block.right.ahead->shareOf(builder, arith::SubIOp::create(builder, loc, block.row, firstRow), block.height);
    forLoop(builder, loc, frame.constant(0), frame.constant(whole), kWordsOfTile, {},
            [&](OpBuilder &inner, Value word, ValueRange) {
              if (share)
                block.right.ahead->fetch(inner, *share, word);
              step(inner, block, word);
              return SmallVector<Value>();
            });
  }
  if (rest) {
    if (whole)
      moveSums(builder, block, &MatrixTiles::store);
    configure(builder, block, rest);
    if (whole)
      moveSums(builder, block, &MatrixTiles::load);
    step(builder, block, frame.constant(whole));
  }
  moveSums(builder, block, &MatrixTiles::store);
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

void TiledProduct::moveSums(OpBuilder &builder, const Block &block, Move move) {
  Value stride = block.sums.rowBytes(builder);
  TileNumbers::forEachSum(block.bands, block.right.panels, [&](int64_t tile, int64_t band, int64_t panel) {
    Value place =
        block.sums.addressOf(builder, frame.constant(band * MatrixTiles::kRows), frame.constant(panel * kWordsOfTile));
    ((*tiles).*move)(builder, tile, place, stride);
  });
}

void TiledProduct::step(OpBuilder &builder, const Block &block, Value word) {
  Value zero = frame.constant(0);
  auto left = [&](int64_t band) {
    return leftWord(builder, offset(frame, builder, block.row, band * MatrixTiles::kRows), word);
  };
  auto right = [&](int64_t panel) {
    return ElementEmitter(frame, builder)
        .addressOf(op.getPanels(), {{offset(frame, builder, block.right.panel, panel)}, {word}, {zero}, {zero}});
  };
  tiles->multiplyBlock(builder, block.bands, block.right.panels, {left, frame.constant(words * kWordBytes)},
                       {right, frame.constant(MatrixTiles::kRowBytes)});
}

} // namespace llmc::codegen::cpu
