// Products of bytes and codes. The sums of a block along k are whole numbers, which vectors or matrix tiles find alike;
// then they are scaled and added to those of the blocks before, in floats.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/PanelTasks.h"
#include "compiler/codegen/cpu/lowering/TiledProduct.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

constexpr int64_t kGroup = 4; // rows of k that are multiplied at once
/// Where there are matrix tiles, vectors take as many rows at once as this, and tasks of at most twice as many: tiles
/// want codes decoded before.
constexpr int64_t kFewRows = 4;
constexpr int64_t kWordsAhead = 32; // of a panel, that are fetched before they are read

PanelProduct productOf(KernelFrame &frame, ir::CodedMatmulOp op) {
  ir::DimVector codes = frame.dims(op.getCodes());
  return {{frame.dims(op.getLhs())[1]},          op.getResult(),        *codes[0].constant(), *codes[2].constant(),
          static_cast<int64_t>(op.getColumns()), frame.target().lanes()};
}

class CodedLowering {
public:
  CodedLowering(KernelFrame &frame, ir::CodedMatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), element(Float32Type::get(op.getContext())),
        kind(dotOf(op, frame.target())), tile(wholeTiles(frame, element, kind)), product(productOf(frame, op)),
        tasks(frame, product, tile), lanes(product.lanes),
        dot(byteDot(op.getContext(), lanes, signs(/*rightIsUnsigned=*/true), frame.target())),
        words(*frame.dims(op.getCodes())[1].constant()), steps(words * op.perByte()),
        wordsOfBlock(op.block() / (kGroup * op.perByte())) {
    int64_t vectors = tasks.perGroup() * tasks.perPanel();
    if (kind == DotKind::Tiles) {
      TiledProduct::Left left = {op.getLhs(), steps, op.block() / kGroup};
      tiled.emplace(frame, left, signs(/*rightIsUnsigned=*/!zerosLeave()), ir::DimExpr::min(tasks.rows(), tile.chunk));
      tileSums.emplace(frame, IntegerType::get(op.getContext(), 32),
                       TiledProduct::kPartsTogether * TiledProduct::kMostRows, vectors * lanes);
      epilogue.emplace(frame, element, tile.rows, vectors);
    } else {
      epilogue.emplace(frame, op, element, tile.rows, vectors, lanes);
    }
    if (hasMany())
      decoded = frame.scratch(tasks.perGroup() * steps * product.panelColumns * kGroup);
  }

  ir::DimExpr lower() {
    return tasks.emit(tiled ? &*tiled : nullptr,
                      [&](OpBuilder &builder, const PanelRows &at) { emitPanels(builder, at); });
  }

private:
  int64_t rowsOfVectors() const { return kind == DotKind::Tiles ? kFewRows : tile.rows; }
  /// Rows of a task that decodes codes while it multiplies.
  int64_t fewRows() const { return kind == DotKind::Tiles ? 2 * kFewRows : tile.rows; }
  bool hasMany() const { return tasks.rows().most() > fewRows(); }

  /// Tiles multiply bytes of any signs, so zeros are taken from codes of few bits when these are decoded, once for all
  /// rows. The sums are the same whole numbers.
  bool zerosLeave() { return kind == DotKind::Tiles && op.getBits() < 8; }
  Signs signs(bool rightIsUnsigned) {
    return {/*leftIsUnsigned=*/false, rightIsUnsigned, /*rightIsSmall=*/op.getBits() < 8};
  }

  void emitPanels(OpBuilder &builder, const PanelRows &at) {
    if (!hasMany())
      return emitVectors(builder, at);
    Value rows = arith::SubIOp::create(builder, loc, at.boundRow, at.firstRow);
    Value isMany = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rows, frame.constant(fewRows()));
    auto branch = scf::IfOp::create(builder, loc, isMany, /*withElseRegion=*/true);
    OpBuilder many = OpBuilder::atBlockBegin(branch.thenBlock()), few = OpBuilder::atBlockBegin(branch.elseBlock());
    emitVectors(few, at);
    decode(many, at);
    readsDecoded = true;
    if (tiled)
      emitTiles(many, at);
    else
      emitVectors(many, at);
    readsDecoded = false;
  }

  //===--- codes -------------------------------------------------------------------------------------------------===//

  /// The rows of k that a word of each column holds, as many as are multiplied at once in each: what belongs to vector
  /// `v` of the panels.
  SmallVector<Value> decodedWord(OpBuilder &builder, Value panel, int64_t v, Value word) {
    int64_t perPanel = tasks.perPanel();
    Position at = {{offset(frame, builder, panel, v / perPanel)},
                   {word},
                   {frame.constant(v % perPanel * lanes)},
                   {frame.constant(0), 1}};
    Value bytes = ElementEmitter(frame, builder, lanes * kGroup).emit(op.getCodes(), at);
    auto type = cast<VectorType>(bytes.getType());
    auto constant = [&](int64_t value) {
      return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, APInt(8, value)));
    };
    auto bits = static_cast<int64_t>(op.getBits());
    SmallVector<Value> parts;
    for (int64_t part = 0; part < op.perByte(); ++part) {
      Value codes = part ? arith::ShRUIOp::create(builder, loc, bytes, constant(part * bits)).getResult() : bytes;
      bool hasMore = (part + 1) * bits < 8; // above it
      parts.push_back(hasMore ? arith::AndIOp::create(builder, loc, codes, constant((1 << bits) - 1)) : codes);
    }
    return parts;
  }

  /// Where decoded codes of a step are, as a number of bytes.
  Value decodedPlace(OpBuilder &builder, int64_t panel, Value step) {
    int64_t bytes = product.panelColumns * kGroup;
    Value number = offset(frame, builder, step, panel * steps);
    return arith::MulIOp::create(builder, loc, number, frame.constant(bytes));
  }
  Index decodedVector(OpBuilder &builder, int64_t v, Value step) {
    int64_t perPanel = tasks.perPanel();
    Value place = decodedPlace(builder, v / perPanel, step);
    return {offset(frame, builder, place, v % perPanel * lanes * kGroup), 1};
  }

  void decode(OpBuilder &builder, const PanelRows &at) {
    Value blocks = frame.constant(words / wordsOfBlock);
    forLoop(builder, loc, frame.constant(0), blocks, 1, {}, [&](OpBuilder &outer, Value block, ValueRange) {
      SmallVector<Value> zeros;
      for (int64_t v = 0; zerosLeave() && v < at.panels * tasks.perPanel(); ++v)
        zeros.push_back(repeated(outer, zerosOf(outer, at.panel, v, block)));
      Value first = arith::MulIOp::create(outer, loc, block, frame.constant(wordsOfBlock));
      Value bound = offset(frame, outer, first, wordsOfBlock);
      forLoop(outer, loc, first, bound, 1, {}, [&](OpBuilder &inner, Value word, ValueRange) {
        for (int64_t v = 0; v < at.panels * tasks.perPanel(); ++v)
          storeDecoded(inner, at.panel, v, word, zerosLeave() ? zeros[v] : Value());
        return SmallVector<Value>();
      });
      return SmallVector<Value>();
    });
  }

  void storeDecoded(OpBuilder &builder, Value panel, int64_t v, Value word, Value zeros) {
    ElementEmitter emitter(frame, builder, lanes * kGroup);
    Value step = arith::MulIOp::create(builder, loc, word, frame.constant(op.perByte()));
    for (auto [part, codes] : llvm::enumerate(decodedWord(builder, panel, v, word))) {
      Value bytes = zeros ? arith::SubIOp::create(builder, loc, codes, zeros).getResult() : codes;
      Index place = decodedVector(builder, v, offset(frame, builder, step, static_cast<int64_t>(part)));
      emitter.storeAt(decoded, builder.getI8Type(), place, bytes);
    }
  }

  /// A byte for each row of a group, by one for each column.
  Value repeated(OpBuilder &builder, Value bytes) {
    SmallVector<int64_t> picks;
    for (int64_t lane = 0; lane < lanes * kGroup; ++lane)
      picks.push_back(lane / kGroup);
    return vector::ShuffleOp::create(builder, loc, bytes, bytes, picks);
  }

  /// Of a word, for each vector of the panels: parts.
  SmallVector<SmallVector<Value>> rightOf(OpBuilder &builder, const PanelRows &at, Value word) {
    SmallVector<SmallVector<Value>> right;
    Value step = arith::MulIOp::create(builder, loc, word, frame.constant(op.perByte()));
    for (int64_t v = 0; v < at.panels * tasks.perPanel(); ++v) {
      SmallVector<Value> parts;
      if (!readsDecoded)
        parts = decodedWord(builder, at.panel, v, word);
      for (int64_t part = 0; readsDecoded && part < op.perByte(); ++part)
        parts.push_back(
            ElementEmitter(frame, builder, lanes * kGroup)
                .loadAt(decoded, builder.getI8Type(), decodedVector(builder, v, offset(frame, builder, step, part))));
      right.push_back(std::move(parts));
    }
    return right;
  }

  //===--- scales ------------------------------------------------------------------------------------------------===//

  Position placeOf(OpBuilder &builder, Value panel, int64_t v, Value block) {
    int64_t perPanel = tasks.perPanel();
    return {{offset(frame, builder, panel, v / perPanel)},
            {block},
            {frame.constant(v % perPanel * lanes), 1},
            {frame.constant(0)}};
  }
  Value zerosOf(OpBuilder &builder, Value panel, int64_t v, Value block) {
    ElementEmitter emitter(frame, builder, lanes);
    return emitter.broadcastToLanes(emitter.emit(op.getZeros(), placeOf(builder, panel, v, block)));
  }

  /// What a block has for a vector of columns.
  struct Scales {
    Value scale, minusZero; // without a zero, where it has left the codes; with what the dot leaves out
  };
  Scales scalesOf(OpBuilder &builder, Value panel, int64_t v, Value block) {
    ElementEmitter emitter(frame, builder, lanes);
    Value scale = emitter.broadcastToLanes(emitter.emit(op.getScales(), placeOf(builder, panel, v, block)));
    if (readsDecoded && zerosLeave())
      return {scale, {}};
    Value zeros = zerosOf(builder, panel, v, block);
    Value wide = arith::ExtUIOp::create(builder, loc, VectorType::get({lanes}, builder.getI32Type()), zeros);
    Value floats = arith::SIToFPOp::create(builder, loc, VectorType::get({lanes}, element), wide);
    if (!dot->correction())
      return {scale, arith::NegFOp::create(builder, loc, floats)};
    auto correction = builder.getF32FloatAttr(static_cast<float>(dot->correction()));
    Value missing = splat(builder, loc, arith::ConstantOp::create(builder, loc, correction), lanes);
    return {scale, arith::SubFOp::create(builder, loc, missing, floats)};
  }

  /// What a block has for a row.
  struct Row {
    Value step, sum;
  };
  Row rowOf(OpBuilder &builder, Value row, Value block) {
    Position at = {{block}, {row}};
    ElementEmitter emitter(frame, builder, lanes);
    return {emitter.broadcastToLanes(emitter.emit(op.getSteps(), at)),
            emitter.broadcastToLanes(emitter.emit(op.getSums(), at))};
  }

  /// The sum of the blocks before and that of a block, which is whole.
  Value addBlock(OpBuilder &builder, const Row &row, const Scales &column, Value whole, Value before) {
    Value floats = arith::SIToFPOp::create(builder, loc, before.getType(), whole);
    Value exact = floats;
    if (column.minusZero)
      exact = vector::FMAOp::create(builder, loc, column.minusZero, row.sum, floats);
    Value scale = arith::MulFOp::create(builder, loc, row.step, column.scale);
    return vector::FMAOp::create(builder, loc, exact, scale, before);
  }

  void finishWaiting(OpBuilder &builder, const PanelRows &at, Value row, Value height) {
    Value vectors = frame.constant(at.panels * tasks.perPanel());
    tasks.finishWaiting(builder, *epilogue, at.panel, vectors, row, height);
  }

  Value zeroOf(OpBuilder &builder, VectorType type) {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  }

  //===--- vectors -----------------------------------------------------------------------------------------------===//

  void emitVectors(OpBuilder &builder, const PanelRows &at) {
    auto behind = [&](OpBuilder &inner, Value row, Value height) {
      if (epilogue->isApart())
        finishWaiting(inner, at, row, height);
    };
    forRowBlocks(
        frame, builder, at.firstRow, at.boundRow, rowsOfVectors(),
        [&](OpBuilder &inner, Value row, int64_t height) { emitTile(inner, at, row, height); }, behind);
  }

  void emitTile(OpBuilder &builder, const PanelRows &at, Value row, int64_t height) {
    int64_t vectors = at.panels * tasks.perPanel(), blocks = words / wordsOfBlock;
    SmallVector<Value> rows;
    for (int64_t i = 0; i < height; ++i)
      rows.push_back(offset(frame, builder, row, i));
    SmallVector<Value> zeros(height * vectors, zeroOf(builder, VectorType::get({lanes}, element)));
    auto addTo = [&](OpBuilder &inner, Value block, ValueRange before) {
      if (!readsDecoded)
        fetchNext(inner, at, block);
      SmallVector<Value> whole = wholeSums(inner, at, rows, block), after;
      SmallVector<Scales> columns;
      for (int64_t v = 0; v < vectors; ++v)
        columns.push_back(scalesOf(inner, at.panel, v, block));
      for (auto [i, number] : llvm::enumerate(rows)) {
        Row own = rowOf(inner, number, block);
        for (int64_t v = 0; v < vectors; ++v) {
          auto place = static_cast<int64_t>(i) * vectors + v;
          after.push_back(addBlock(inner, own, columns[v], dot->finish(inner, loc, whole[place]), before[place]));
        }
      }
      return after;
    };
    SmallVector<Value> sums = forLoop(builder, loc, frame.constant(0), frame.constant(blocks), 1, zeros, addTo);
    for (int64_t i = 0; i < height; ++i)
      for (int64_t v = 0; v < vectors; ++v) {
        if (epilogue->isApart())
          epilogue->put(builder, frame.constant(i), v, sums[i * vectors + v]);
        else
          tasks.finish(builder, at.panel, v, {{rows[i]}}, sums[i * vectors + v]);
      }
  }

  /// The sums of a block, rows by vectors, as the dot has them.
  SmallVector<Value> wholeSums(OpBuilder &builder, const PanelRows &at, ArrayRef<Value> rows, Value block) {
    int64_t vectors = at.panels * tasks.perPanel();
    Value first = arith::MulIOp::create(builder, loc, block, frame.constant(wordsOfBlock));
    auto multiply = [&](OpBuilder &inner, Value word, ValueRange before) {
      SmallVector<Value> sums(before);
      if (!readsDecoded)
        fetchSoon(inner, at, word);
      SmallVector<SmallVector<Value>> right = rightOf(inner, at, word);
      for (int64_t part = 0; part < op.perByte(); ++part) {
        Value inBlock = arith::SubIOp::create(inner, loc, word, first);
        Value step = arith::MulIOp::create(inner, loc, inBlock, frame.constant(op.perByte() * kGroup));
        Value k = offset(frame, inner, step, part * kGroup);
        SmallVector<Value> prepared;
        for (int64_t v = 0; v < vectors; ++v)
          prepared.push_back(dot->prepareRight(inner, loc, right[v][part]));
        for (auto [i, number] : llvm::enumerate(rows)) {
          Value left = dot->spreadLeft(inner, loc, leftGroup(inner, {{block}, {number}, {k, 1}}));
          for (int64_t v = 0; v < vectors; ++v) {
            Value &sum = sums[static_cast<int64_t>(i) * vectors + v];
            sum = dot->step(inner, loc, left, prepared[v], sum);
          }
        }
      }
      return sums;
    };
    SmallVector<Value> zeros(static_cast<int64_t>(rows.size()) * vectors, zeroOf(builder, dot->sumType()));
    return forLoop(builder, loc, first, offset(frame, builder, first, wordsOfBlock), 1, zeros, multiply);
  }

  Value leftGroup(OpBuilder &builder, const Position &at) {
    ElementEmitter emitter(frame, builder, kGroup);
    return emitter.broadcastToLanes(emitter.emit(op.getLhs(), at));
  }

  /// Codes are read once, as fast as they come: what is fetched is some words ahead, behind the last ones those of the
  /// panels that come next.
  void fetchSoon(OpBuilder &builder, const PanelRows &at, Value word) {
    if (!frame.addressOf(op.getCodes()))
      return;
    int64_t ahead = std::min<int64_t>(kWordsAhead, words);
    Value soon = offset(frame, builder, word, ahead), all = frame.constant(words);
    Value isNext = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, soon, all);
    Value place = arith::SelectOp::create(builder, loc, isNext, arith::SubIOp::create(builder, loc, soon, all), soon);
    Value next = offset(frame, builder, at.panel, at.panels);
    Value first = arith::SelectOp::create(builder, loc, isNext, next, at.panel), zero = frame.constant(0);
    for (int64_t panel = 0; panel < at.panels; ++panel)
      ElementEmitter(frame, builder)
          .prefetch(op.getCodes(), {{offset(frame, builder, first, panel)}, {place}, {zero}, {zero}});
  }

  /// Scales and zeros of the panels that come next.
  void fetchNext(OpBuilder &builder, const PanelRows &at, Value block) {
    Value zero = frame.constant(0);
    for (int64_t panel = 0; panel < at.panels; ++panel)
      for (Value tensor : {op.getScales(), op.getZeros()})
        if (frame.addressOf(tensor))
          ElementEmitter(frame, builder)
              .prefetch(tensor, {{offset(frame, builder, at.panel, at.panels + panel)}, {block}, {zero}, {zero}});
  }

  //===--- matrix tiles ------------------------------------------------------------------------------------------===//

  void emitTiles(OpBuilder &builder, const PanelRows &at) {
    auto address = [&](OpBuilder &inner, int64_t panel, Value word) {
      return bytesBehind(inner, loc, decoded, decodedPlace(inner, panel, word));
    };
    tiled->emit(builder, at.firstRow, at.boundRow, tile.rows, {address, at.panels, /*ahead=*/nullptr}, *tileSums,
                [&](OpBuilder &inner, const TiledProduct::Taken &taken) { takeTiles(inner, at, taken); });
  }

  /// Adds the sums of some blocks to those of the blocks before, which wait; behind the last one all is done.
  void takeTiles(OpBuilder &builder, const PanelRows &at, const TiledProduct::Taken &taken) {
    Value isFirst = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, taken.firstPart, frame.constant(0));
    auto branch = scf::IfOp::create(builder, loc, isFirst, /*withElseRegion=*/true);
    OpBuilder first = OpBuilder::atBlockBegin(branch.thenBlock()), later = OpBuilder::atBlockBegin(branch.elseBlock());
    addTiles(first, at, taken, /*isFirst=*/true);
    addTiles(later, at, taken, /*isFirst=*/false);
    Value bound = offset(frame, builder, taken.firstPart, taken.parts), all = frame.constant(words / wordsOfBlock);
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, bound, all);
    auto end = scf::IfOp::create(builder, loc, isLast, /*withElseRegion=*/false);
    OpBuilder inner = OpBuilder::atBlockBegin(end.thenBlock());
    finishWaiting(inner, at, taken.row, taken.height);
  }

  void addTiles(OpBuilder &builder, const PanelRows &at, const TiledProduct::Taken &taken, bool isFirst) {
    SmallVector<Value> blocks;
    SmallVector<SmallVector<Scales>> columns; // by block
    for (int64_t i = 0; i < taken.parts; ++i) {
      blocks.push_back(offset(frame, builder, taken.firstPart, i));
      for (SmallVector<Scales> &own = columns.emplace_back(); static_cast<int64_t>(own.size()) < at.panels;)
        own.push_back(scalesOf(builder, at.panel, static_cast<int64_t>(own.size()), blocks.back()));
    }
    Value zero = zeroOf(builder, VectorType::get({lanes}, element));
    forLoop(builder, loc, frame.constant(0), taken.height, 1, {}, [&](OpBuilder &inner, Value i, ValueRange) {
      Value number = arith::AddIOp::create(inner, loc, taken.row, i);
      SmallVector<Value> sums;
      for (int64_t v = 0; v < at.panels; ++v)
        sums.push_back(isFirst ? zero : epilogue->get(inner, i, v));
      for (auto [part, block] : llvm::enumerate(blocks)) {
        Row own = rowOf(inner, number, block);
        Value place = offset(frame, inner, i, static_cast<int64_t>(part) * TiledProduct::kMostRows);
        for (int64_t v = 0; v < at.panels; ++v) {
          Value whole = tileSums->load(inner, place, frame.constant(v * lanes));
          sums[v] = addBlock(inner, own, columns[part][v], whole, sums[v]);
        }
      }
      for (auto [v, sum] : llvm::enumerate(sums))
        epilogue->put(inner, i, static_cast<int64_t>(v), sum);
      return SmallVector<Value>();
    });
  }

  KernelFrame &frame;
  ir::CodedMatmulOp op;
  Location loc;
  Type element;
  DotKind kind;
  Tile tile;
  PanelProduct product;
  PanelTasks tasks;
  int64_t lanes;
  std::unique_ptr<Dot> dot;
  int64_t words, steps, wordsOfBlock; // of codes, and of what is multiplied at once
  std::optional<TiledProduct> tiled;
  std::optional<VectorPanel> tileSums;
  std::optional<TileEpilogue> epilogue;
  Value decoded; // a byte for each code of a group of panels, panel after panel; null where nobody reads it
  bool readsDecoded = false;
};

} // namespace

static ir::DimExpr lowerCodedMatmul(KernelFrame &frame, ir::CodedMatmulOp op) {
  return CodedLowering(frame, op).lower();
}

LLMC_LOWERS(ir::CodedMatmulOp, lowerCodedMatmul)

} // namespace llmc::codegen::cpu
