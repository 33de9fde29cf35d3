// Products with weights that lie in panels of columns.
#include "compiler/codegen/cpu/lowering/GroupedRows.h"
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/PanelTasks.h"
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "compiler/codegen/cpu/lowering/TiledProduct.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/cpu/vectors/FetchAhead.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// What a pass over rows multiplies, and its steps along k.
struct Pass : PanelRows {
  Value firstStep, boundStep;
  FetchAhead *ahead = nullptr; // null: nothing is fetched
};

class PackedLowering {
public:
  PackedLowering(KernelFrame &frame, ir::PackedMatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), lhs(frame.dims(op.getLhs())), panels(frame.dims(op.getPanels())),
        element(computeType(getElementTypeOrSelf(op.getResult()))), kind(dotOf(op, frame.target())),
        schedule(wholeTiles(frame, element, kind)), lanes(sumLanes(frame, element)),
        tasks(frame,
              {ir::DimVector(ArrayRef(lhs).drop_back()), op.getResult(), *panels[0].constant(), *panels[2].constant(),
               static_cast<int64_t>(op.getColumns()), lanes},
              schedule),
        perPanel(tasks.perPanel()), perGroup(tasks.perGroup()), depth(*panels[1].constant()), depthBlock(depth),
        left(frame, op.getLhs()) {
    if (kind == DotKind::Tiles) {
      assert(panels[2].isConstant(MatrixTiles::kRowBytes / 4) && "a word of each column is a row of a tile");
      tiled.emplace(frame, TiledProduct::Left{op.getLhs(), depth}, signs(), ir::DimExpr::min(rows(), schedule.chunk));
    } else if (kind != DotKind::Single) {
      grouped = groupDot();
    }
    if (kind == DotKind::Squares)
      squares = squareDot(op.getContext(), lanes, signs(), frame.target());
    codes = op.getPanels().getDefiningOp<ir::DecodeOp>();
    if (schedule.depth && kind == DotKind::Single && lanes == frame.target().lanes()) // the width of a panel's vectors
      depthBlock = std::min<int64_t>(llvm::alignTo(schedule.depth, kStepsAhead), depth);
    if (sumsWait() || tiled)
      epilogue.emplace(frame, element, tiled ? schedule.rows : ir::DimExpr::min(rows(), schedule.chunk),
                       perGroup * perPanel);
    else
      epilogue.emplace(frame, op, element, schedule.rows, perGroup * perPanel, lanes);
    if (isWidened())
      decoded.emplace(frame, element, depthBlock, perGroup * *panels[2].constant());
  }

  ir::DimExpr lower() {
    return tasks.emit(tiled ? &*tiled : nullptr,
                      [&](OpBuilder &builder, const PanelRows &at) { emitPanels(builder, at); });
  }

private:
  /// None where a product is of bf16.
  std::optional<Signs> signs() {
    if (left.areOfHalves())
      return std::nullopt;
    return Signs{op.getUnsignedLhs(), op.getUnsignedRhs()};
  }

  std::unique_ptr<Dot> groupDot() {
    if (left.areOfHalves())
      return std::make_unique<HalfPairs>(op.getContext(), lanes, frame.target());
    return byteDot(op.getContext(), lanes, *signs(), frame.target());
  }

  /// Several blocks of rows find codes decoded, and floats of fewer bits widened, in the memory of the thread; one does
  /// that while it multiplies.
  void emitPanels(OpBuilder &builder, const PanelRows &at) {
    Pass pass = {at, frame.constant(0), frame.constant(depth)};
    if (!isWidened())
      return emitDepth(builder, pass);
    Value rows = arith::SubIOp::create(builder, loc, at.boundRow, at.firstRow);
    Value several = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rows, frame.constant(schedule.rows));
    auto branch = scf::IfOp::create(builder, loc, several, /*withElseRegion=*/true);
    OpBuilder many = OpBuilder::atBlockBegin(branch.thenBlock()), few = OpBuilder::atBlockBegin(branch.elseBlock());
    emitDepth(few, pass);
    llvm::SaveAndRestore reads(readsDecoded, true);
    emitDepth(many, pass);
  }

  /// Whether what is multiplied takes more room than what the panels hold.
  bool isWidened() { return codes || (kind == DotKind::Single && getElementTypeOrSelf(op.getPanels()) != element); }

  /// Whether sums wait for blocks along k that are still to come.
  bool sumsWait() const { return depthBlock < depth; }
  ir::DimExpr rows() const { return tasks.rows(); }
  /// Whether all rows fit one tile.
  bool hasOneBlock() { return rows().most() <= schedule.rows; }

  /// Blocks along k one after the other, between which sums wait.
  void emitDepth(OpBuilder &builder, Pass pass) {
    if (!sumsWait()) {
      emitBlockOfDepth(builder, pass);
      return;
    }
    Value rows = arith::SubIOp::create(builder, loc, pass.boundRow, pass.firstRow);
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(VectorType::get({lanes}, element)));
    forLoop(builder, loc, frame.constant(0), rows, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
      for (int64_t v = 0; v < pass.panels * perPanel; ++v)
        epilogue->put(inner, row, v, zero);
      return SmallVector<Value>();
    });
    forLoop(builder, loc, frame.constant(0), frame.constant(depth), depthBlock, {},
            [&](OpBuilder &inner, Value step, ValueRange) {
              pass.firstStep = step;
              pass.boundStep = inner.createOrFold<arith::MinSIOp>(loc, offset(frame, inner, step, depthBlock),
                                                                  frame.constant(depth));
              emitBlockOfDepth(inner, pass);
              return SmallVector<Value>();
            });
    finishTile(builder, pass.panel, pass.firstRow, rows, pass.panels);
  }

  void emitBlockOfDepth(OpBuilder &builder, Pass pass) {
    if (readsDecoded)
      decode(builder, pass);
    std::optional<FetchAhead> ahead;
    if (!codes && !readsDecoded && !hasOneBlock() && pass.panels == perGroup && frame.addressOf(op.getPanels())) {
      ahead.emplace(fetchAhead(builder, pass));
      pass.ahead = &*ahead;
    }
    emitRows(builder, pass);
  }

  /// The block along k that comes next, or the first of the next panels. A single tile of rows has its own weights to
  /// wait for.
  FetchAhead fetchAhead(OpBuilder &builder, const Pass &pass) {
    Value rows = arith::SubIOp::create(builder, loc, pass.boundRow, pass.firstRow);
    Value isLast = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, pass.boundStep, frame.constant(depth));
    Value panel =
        arith::SelectOp::create(builder, loc, isLast, offset(frame, builder, pass.panel, perGroup), pass.panel);
    Value step = arith::SelectOp::create(builder, loc, isLast, frame.constant(0), pass.boundStep);
    Value exists = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, panel, frame.size(panels[0]));
    Value several = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rows, frame.constant(schedule.rows));
    Value wanted = arith::AndIOp::create(builder, loc, exists, several);
    // Tiles are filled from the second cache as fast as from the first.
    Nearness nearness = tiled ? Nearness::SecondCache : Nearness::FirstCache;
    return FetchAhead(frame, builder, op.getPanels(), {panel, pass.panels, step, depthBlock}, nearness, rows, wanted);
  }

  void decode(OpBuilder &builder, const Pass &pass) {
    int64_t together = codes && depth % codesTogether() == 0 ? codesTogether() : 1;
    forLoop(builder, loc, pass.firstStep, pass.boundStep, together, {}, [&](OpBuilder &inner, Value first, ValueRange) {
      Value place = arith::SubIOp::create(inner, loc, first, pass.firstStep);
      for (int64_t i = 0; i < together; ++i)
        for (int64_t v = 0; v < pass.panels * perPanel; ++v)
          decoded->store(inner, offset(frame, inner, place, i), frame.constant(v * lanes),
                         encodedVector(inner, pass.panel, v, offset(frame, inner, first, i)));
      return SmallVector<Value>();
    });
  }

  void emitRows(OpBuilder &builder, const Pass &pass) {
    if (tiled)
      return emitTiledRows(builder, pass);
    auto behind = [&](OpBuilder &inner, Value row, Value height) {
      if (!sumsWait())
        finishTile(inner, pass.panel, row, height, pass.panels);
    };
    forRowBlocks(
        frame, builder, pass.firstRow, pass.boundRow, schedule.rows,
        [&](OpBuilder &inner, Value row, int64_t height) { emitBlock(inner, pass, row, height); }, behind);
  }

  void emitTiledRows(OpBuilder &builder, const Pass &pass) {
    auto address = [&](OpBuilder &inner, int64_t panel, Value word) {
      Value zero = frame.constant(0);
      return ElementEmitter(frame, inner)
          .addressOf(op.getPanels(), {{offset(frame, inner, pass.panel, panel)}, {word}, {zero}, {zero}});
    };
    tiled->emit(builder, pass.firstRow, pass.boundRow, schedule.rows, {address, pass.panels, pass.ahead},
                epilogue->panel(), [&](OpBuilder &inner, const TiledProduct::Taken &taken) {
                  finishTile(inner, pass.panel, taken.row, taken.height, pass.panels);
                });
  }

  /// The epilogue of sums that wait.
  void finishTile(OpBuilder &builder, Value panel, Value row, Value height, int64_t panelCount) {
    if (epilogue->isApart())
      tasks.finishWaiting(builder, *epilogue, panel, frame.constant(panelCount * perPanel), row, height);
  }

  void emitBlock(OpBuilder &builder, const Pass &pass, Value row, int64_t height) {
    SmallVector<Position> positions;
    for (int64_t i = 0; i < height; ++i)
      positions.push_back(tasks.positionOf(builder, offset(frame, builder, row, i)));
    Value rowsBefore = arith::SubIOp::create(builder, loc, row, pass.firstRow);
    auto waitingRow = [&](OpBuilder &inner, int64_t i) {
      return sumsWait() ? offset(frame, inner, rowsBefore, i) : frame.constant(i);
    };
    auto right = [&](OpBuilder &inner, int64_t v, Value step) {
      if (isAlone(height))
        fetchSoon(inner, pass.panel, v, step);
      return panelVector(inner, pass, v, step);
    };
    auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
      if (epilogue->isApart())
        return epilogue->put(inner, waitingRow(inner, i), v, sum);
      tasks.finish(inner, pass.panel, v, positions[i], sum);
    };
    std::optional<FetchAhead::Share> share;
    auto fetch = [&](OpBuilder &inner, Value step) {
      pass.ahead->fetch(inner, *share, arith::SubIOp::create(inner, loc, step, pass.firstStep));
    };
    // Several blocks of rows are even, so most are high; code for those that are not is left out.
    if (pass.ahead && 4 * height >= 3 * schedule.rows)
      share = pass.ahead->shareOf(builder, rowsBefore, frame.constant(height));
    if (grouped) {
      auto fetchShare = share ? decltype(ContractionTile::fetchAhead)(fetch) : nullptr;
      if (squares && height > 1)
        return emitSquares(builder, positions, pass, right, finish, fetchShare);
      return emitGroups(builder, positions, pass, right, finish, fetchShare);
    }
    auto leftElement = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
      Position at = positions[i];
      at.push_back({k});
      return widen(inner, loc, ElementEmitter(frame, inner).emit(op.getLhs(), at), element, op.getUnsignedLhs());
    };
    auto begin = [&](OpBuilder &inner, int64_t i, int64_t v) { return epilogue->get(inner, waitingRow(inner, i), v); };
    MultiplyAdd dot(element, lanes);
    ContractionTile tile = {dot, height, pass.panels * perPanel, pass.boundStep, leftElement, right, finish};
    tile.firstStep = pass.firstStep;
    if (sumsWait())
      tile.begin = begin;
    if (codes && !readsDecoded)
      tile.turn = turnOf(height);
    if (share)
      tile.fetchAhead = fetch;
    emitTile(frame, builder, tile);
  }

  /// The codes that lie together, and of bytes as much of a block as code for a tile of few rows may hold: its scales
  /// are loaded once.
  int64_t turnOf(int64_t height) {
    constexpr int64_t shortest = 8;
    bool holdsMore = height <= 2 && codes.getBlock() % shortest == 0;
    return holdsMore ? std::max(codesTogether(), shortest) : codesTogether();
  }

  /// Rows whose codes are loaded at once.
  int64_t codesTogether() { return codes.perByte() * static_cast<int64_t>(codes.getGroup()); }

  /// Whether a block of so many rows is the only one of a task: several are even.
  bool isAlone(int64_t height) { return hasOneBlock() || 2 * height < schedule.rows; }

  /// A block that is alone takes weights as fast as they come, and waits at each page for the machine to find out that
  /// it goes on.
  void fetchSoon(OpBuilder &builder, Value panel, int64_t vector, Value step) {
    constexpr int64_t stepsBefore = 32;
    if (codes || vector % perPanel != 0 || !frame.addressOf(op.getPanels()))
      return;
    Value zero = frame.constant(0);
    ElementEmitter(frame, builder)
        .prefetch(op.getPanels(), {{offset(frame, builder, panel, vector / perPanel)},
                                   {offset(frame, builder, step, stepsBefore)},
                                   {zero},
                                   {zero}});
  }

  Value panelVector(OpBuilder &builder, const Pass &pass, int64_t vector, Value step) {
    if (!readsDecoded)
      return encodedVector(builder, pass.panel, vector, step);
    return decoded->load(builder, arith::SubIOp::create(builder, loc, step, pass.firstStep),
                         frame.constant(vector * lanes));
  }

  Value encodedVector(OpBuilder &builder, Value panel, int64_t vector, Value step) {
    int64_t group = *panels[3].constant();
    Position at = {{offset(frame, builder, panel, vector / perPanel)},
                   {step},
                   {frame.constant(vector % perPanel * lanes), group == 1},
                   {frame.constant(0), group > 1}};
    if (grouped && left.areOfHalves())
      return ElementEmitter(frame, builder)
          .loadBits(op.getPanels(), at, VectorType::get({lanes}, builder.getI32Type()));
    ElementEmitter emitter(frame, builder, lanes * group);
    Value elements = emitter.emit(op.getPanels(), at);
    return grouped ? elements : widen(builder, loc, elements, element, op.getUnsignedRhs());
  }

  /// Rows are read a group at a time.
  void emitGroups(OpBuilder &builder, ArrayRef<Position> rows, const Pass &pass,
                  function_ref<Value(OpBuilder &, int64_t, Value)> right,
                  function_ref<void(OpBuilder &, int64_t, int64_t, Value)> finish,
                  function_ref<void(OpBuilder &, Value)> fetch) {
    int64_t group = grouped->group();
    auto read = [&](OpBuilder &inner, int64_t row, Value step, bool isLast) {
      Value k = arith::MulIOp::create(inner, loc, step, frame.constant(group));
      return left.load(inner, rows[row], k, group, isLast);
    };
    auto whole = [&](OpBuilder &inner, int64_t row, Value step) { return read(inner, row, step, /*isLast=*/false); };
    auto last = [&](OpBuilder &inner, int64_t row, Value step) { return read(inner, row, step, /*isLast=*/true); };
    SmallVector<Value> first(rows.size());
    for (auto [position, value] : llvm::zip(rows, first))
      value = left.correctionOf(builder, position, *grouped);
    auto begin = [&](OpBuilder &, int64_t row, int64_t) { return first[row]; };
    ContractionTile tile = {*grouped,
                            static_cast<int64_t>(rows.size()),
                            pass.panels * perPanel,
                            frame.size(left.wholeSteps(group)),
                            whole,
                            right,
                            finish};
    tile.fetchAhead = fetch;
    if (grouped->correction())
      tile.begin = begin;
    if (ir::DimExpr steps = left.lastSteps(group); !steps.isConstant(0)) {
      tile.lastLeft = last;
      tile.lastSteps = frame.size(steps);
    }
    emitTile(frame, builder, tile);
  }

  /// Rows are read in pairs, two words of each at a time. Where their number is odd, the last one is its own neighbour.
  void emitSquares(OpBuilder &builder, ArrayRef<Position> rows, const Pass &pass,
                   function_ref<Value(OpBuilder &, int64_t, Value)> right,
                   function_ref<void(OpBuilder &, int64_t, int64_t, Value)> finish,
                   function_ref<void(OpBuilder &, Value)> fetch) {
    auto height = static_cast<int64_t>(rows.size());
    int64_t group = squares->group();
    auto read = [&](OpBuilder &inner, int64_t pair, Value step, bool isLast) {
      Value k = arith::MulIOp::create(inner, loc, step, frame.constant(group));
      int64_t second = std::min(2 * pair + 1, height - 1);
      return join(inner, left.loadTwoWords(inner, rows[2 * pair], k, isLast),
                  left.loadTwoWords(inner, rows[second], k, isLast));
    };
    auto whole = [&](OpBuilder &inner, int64_t pair, Value step) { return read(inner, pair, step, /*isLast=*/false); };
    auto last = [&](OpBuilder &inner, int64_t pair, Value step) { return read(inner, pair, step, /*isLast=*/true); };
    auto twoWords = [&](OpBuilder &inner, int64_t v, Value step) {
      Value word = arith::MulIOp::create(inner, loc, step, frame.constant(2));
      Value next = right(inner, v, offset(frame, inner, word, 1));
      return join(inner, wordsOf(inner, loc, right(inner, v, word)), wordsOf(inner, loc, next));
    };
    auto oneWord = [&](OpBuilder &inner, int64_t v, Value step) {
      Value word = arith::MulIOp::create(inner, loc, step, frame.constant(2));
      Value words = wordsOf(inner, loc, right(inner, v, word));
      return join(inner, words, arith::ConstantOp::create(inner, loc, inner.getZeroAttr(words.getType())));
    };
    auto finishPair = [&](OpBuilder &inner, int64_t pair, int64_t v, Value sums) {
      for (int64_t row = 2 * pair; row < std::min(2 * pair + 2, height); ++row)
        finish(inner, row, v,
               vector::ExtractStridedSliceOp::create(inner, loc, sums, row % 2 * lanes, lanes, int64_t(1)));
    };
    auto fetchTwice = [&](OpBuilder &inner, Value step) {
      Value word = arith::MulIOp::create(inner, loc, step, frame.constant(2));
      fetch(inner, word);
      fetch(inner, offset(frame, inner, word, kStepsAhead));
    };
    ContractionTile tile = {
        *squares, (height + 1) / 2, pass.panels * perPanel, frame.size(left.wholeSteps(group)), whole,
        twoWords, finishPair};
    if (fetch)
      tile.fetchAhead = fetchTwice;
    if (ir::DimExpr steps = left.lastSteps(group); !steps.isConstant(0)) {
      tile.lastLeft = last;
      tile.lastSteps = frame.size(steps);
      if (depth % 2)
        tile.lastRight = oneWord;
    }
    emitTile(frame, builder, tile);
  }

  Value join(OpBuilder &builder, Value first, Value second) {
    int64_t count = cast<VectorType>(first.getType()).getNumElements();
    return vector::ShuffleOp::create(builder, loc, first, second, llvm::to_vector(llvm::seq<int64_t>(0, 2 * count)));
  }

  KernelFrame &frame;
  ir::PackedMatmulOp op;
  Location loc;
  ir::DimVector lhs, panels;
  Type element;
  DotKind kind;
  Tile schedule;
  int64_t lanes;
  PanelTasks tasks;
  int64_t perPanel, perGroup; // vectors of a panel, panels of a group
  int64_t depth, depthBlock;  // steps along k, and of those that are done before the rows begin anew
  GroupedRows left;           // where panels are of groups
  std::optional<TileEpilogue> epilogue;
  std::unique_ptr<Dot> grouped;      // of panels of groups, in vectors
  std::unique_ptr<Dot> squares;      // the same for two rows at once, where a target has such instructions
  std::optional<TiledProduct> tiled; // the same in matrix tiles
  ir::DecodeOp codes;                // that the panels are, if they are
  std::optional<VectorPanel> decoded;
  bool readsDecoded = false;
};

} // namespace

static ir::DimExpr lowerPackedMatmul(KernelFrame &frame, ir::PackedMatmulOp op) {
  return PackedLowering(frame, op).lower();
}

LLMC_LOWERS(ir::PackedMatmulOp, lowerPackedMatmul)

} // namespace llmc::codegen::cpu
