// Products with weights of which few blocks are not zero. Each panel has blocks of its own, so it shares nothing of the
// left side with others: a tile is as many rows as there are sums, by one panel, and its loop jumps along k. Of few
// rows several panels pass side by side, so that sums don't wait for each other.
#include "compiler/codegen/cpu/lowering/InterleavedRows.h"
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/PanelResults.h"
#include "compiler/codegen/cpu/lowering/ProductSums.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

std::unique_ptr<Dot> dotFor(ir::BlockMatmulOp op, Type sum, int64_t lanes, const TargetSpec &target) {
  Type element = getElementTypeOrSelf(op.getLhs());
  if (element.isInteger(8))
    return byteDot(op.getContext(), lanes, {/*leftIsUnsigned=*/true, /*rightIsUnsigned=*/false}, target);
  if (element.isBF16())
    return std::make_unique<HalfPairs>(op.getContext(), lanes, target);
  return std::make_unique<MultiplyAdd>(sum, lanes);
}

/// Task t of a product: rows of chunk t / groups, and group t % groups of panels.
class BlockLowering {
public:
  BlockLowering(KernelFrame &frame, ir::BlockMatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), lhs(frame.dims(op.getLhs())), values(frame.dims(op.getValues())),
        element(computeType(getElementTypeOrSelf(op.getResult()))), lanes(sumLanes(frame, element)),
        results(frame, {ir::DimVector(ArrayRef(lhs).drop_back()), op.getResult(), panelCount(), *values[2].constant(),
                        static_cast<int64_t>(op.getColumns()), lanes}),
        perPanel(results.perPanel()), mostRows(tileOf(frame.kernel(), element, frame.target()).rows),
        dot(dotFor(op, element, lanes, frame.target())), left(frame, op.getLhs(), mostRows, *values[3].constant()),
        mostFew(left.areWhole() ? std::max<int64_t>(mostRows / 4, 1) : 0),
        epilogue(frame, element, mostRows, mostRows * perPanel) {}

  ir::DimExpr lower() {
    ir::DimExpr rows = results.rows();
    ir::DimExpr chunks = ir::DimExpr::ceilDiv(rows, mostRows);
    ir::DimExpr rowsOfChunk = ir::DimExpr::ceilDiv(rows, ir::DimExpr::max(chunks, 1));
    // Rows are laid side by side once for each group, so there are no more groups than make enough tasks.
    constexpr int64_t enoughTasks = 16;
    ir::DimExpr most = ir::DimExpr::min(panelCount(), ir::DimExpr::ceilDiv(enoughTasks, ir::DimExpr::max(chunks, 1)));
    ir::DimExpr panelsOfGroup = ir::DimExpr::ceilDiv(panelCount(), most);
    ir::DimExpr groups = ir::DimExpr::ceilDiv(panelCount(), panelsOfGroup);
    forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value number = arith::DivUIOp::create(inner, loc, task, frame.size(groups));
      Value group = arith::RemUIOp::create(inner, loc, task, frame.size(groups));
      auto part = [&](Value which, const ir::DimExpr &size, const ir::DimExpr &all) {
        Value first = arith::MulIOp::create(inner, loc, which, frame.size(size));
        return arith::MinSIOp::create(inner, loc, first, frame.size(all)).getResult();
      };
      Value next = offset(frame, inner, number, 1), nextGroup = offset(frame, inner, group, 1);
      emitRows(inner, {part(number, rowsOfChunk, rows), part(next, rowsOfChunk, rows)},
               {part(group, panelsOfGroup, panelCount()), part(nextGroup, panelsOfGroup, panelCount())});
      return SmallVector<Value>();
    });
    return chunks * groups;
  }

private:
  struct Range {
    Value first, bound;
  };

  int64_t panelCount() const { return *values[0].constant(); }
  int64_t count() const { return *values[1].constant(); } // of the blocks of a panel

  void emitRows(OpBuilder &builder, Range rows, Range panels) {
    Value height = builder.createOrFold<arith::SubIOp>(loc, rows.bound, rows.first);
    Value areMany = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, height, frame.constant(mostFew));
    auto branch = scf::IfOp::create(builder, loc, areMany, /*withElseRegion=*/false);
    OpBuilder inside = OpBuilder::atBlockBegin(branch.thenBlock());
    left.fill(inside, rows.first, rows.bound);
    emitPanels(builder, rows, panels, height);
  }

  /// Panels that a tile of so many rows takes side by side: half of the registers hold sums, others what is multiplied.
  int64_t together(int64_t height) const { return std::min(std::max<int64_t>(mostRows / 2 / height, 1), panelCount()); }

  void emitPanels(OpBuilder &builder, Range rows, Range panels, Value height) {
    Value quotient = arith::DivUIOp::create(builder, loc, frame.constant(mostRows / 2), height);
    Value several = arith::MaxUIOp::create(builder, loc, quotient, frame.constant(1));
    Value many = arith::MinUIOp::create(builder, loc, several, frame.constant(panelCount()));
    Value all = builder.createOrFold<arith::SubIOp>(loc, panels.bound, panels.first);
    Value tiles = arith::DivUIOp::create(builder, loc, all, many);
    forLoop(builder, loc, frame.constant(0), tiles, 1, {}, [&](OpBuilder &inner, Value tile, ValueRange) {
      Value before = arith::MulIOp::create(inner, loc, tile, many);
      Value panel = arith::AddIOp::create(inner, loc, panels.first, before);
      emitTiles(inner, rows, panel, many, [&](int64_t height) { return together(height); });
      return SmallVector<Value>();
    });
    Value whole = arith::AddIOp::create(builder, loc, panels.first, arith::MulIOp::create(builder, loc, tiles, many));
    forLoop(builder, loc, whole, panels.bound, 1, {}, [&](OpBuilder &inner, Value panel, ValueRange) {
      emitTiles(inner, rows, panel, frame.constant(1), [](int64_t) { return 1; });
      return SmallVector<Value>();
    });
  }

  /// The tile of the rows at hand, whatever their number, and so many panels.
  void emitTiles(OpBuilder &builder, Range rows, Value panel, Value panels, function_ref<int64_t(int64_t)> panelsFor) {
    forRowBlocks(
        frame, builder, rows.first, rows.bound, mostRows,
        [&](OpBuilder &inner, Value row, int64_t height) { emitTile(inner, row, height, panel, panelsFor(height)); },
        [&](OpBuilder &inner, Value row, Value height) {
          Value vectors = arith::MulIOp::create(inner, loc, panels, frame.constant(perPanel));
          results.finishWaiting(inner, epilogue, panel, vectors, row, height);
        });
  }

  /// Sums of all rows of a panel stand before those of the next.
  void emitTile(OpBuilder &builder, Value row, int64_t height, Value panel, int64_t panels) {
    SmallVector<Position> positions;
    for (int64_t i = 0; i < height; ++i)
      positions.push_back(results.positionOf(builder, offset(frame, builder, row, i)));
    auto leftOf = [&](OpBuilder &inner, int64_t i, Value step) {
      return height <= mostFew ? left.loadFrom(inner, positions[i], step) : left.load(inner, i, step);
    };
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(dot->sumType()));
    SmallVector<Value> sums(panels * height * perPanel, zero);
    for (int64_t p = 0; dot->correction() && p < panels; ++p)
      addCorrections(builder, offset(frame, builder, panel, p), height, leftOf,
                     MutableArrayRef(sums).slice(p * height * perPanel, height * perPanel));
    sums = forLoop(builder, loc, frame.constant(0), frame.constant(count()), 1, sums,
                   [&](OpBuilder &inner, Value step, ValueRange now) {
                     SmallVector<Value> next;
                     for (int64_t p = 0; p < panels; ++p)
                       emitStep(inner, offset(frame, inner, panel, p), step, height, leftOf, now, next);
                     return next;
                   });
    for (auto [number, sum] : llvm::enumerate(sums)) {
      auto place = static_cast<int64_t>(number);
      int64_t v = place % perPanel, i = place / perPanel % height, p = place / perPanel / height;
      epilogue.put(builder, frame.constant(i), p * perPanel + v, dot->finish(builder, loc, sum));
    }
  }

  /// What the dot leaves out of the sums of a panel, which depends on the blocks that it has.
  void addCorrections(OpBuilder &builder, Value panel, int64_t height,
                      function_ref<Value(OpBuilder &, int64_t, Value)> leftOf, MutableArrayRef<Value> sums) {
    SmallVector<Value> rows(height, sums.front());
    rows = forLoop(builder, loc, frame.constant(0), frame.constant(count()), 1, rows,
                   [&](OpBuilder &inner, Value step, ValueRange now) {
                     Value block = blockOf(inner, panel, step);
                     SmallVector<Value> next;
                     for (int64_t i = 0; i < height; ++i) {
                       Value spread = dot->spreadLeft(inner, loc, leftOf(inner, i, block));
                       next.push_back(dot->addLeft(inner, loc, spread, now[i]));
                     }
                     return next;
                   });
    auto factor = DenseElementsAttr::get(dot->sumType(), builder.getI32IntegerAttr(dot->correction()));
    Value times = arith::ConstantOp::create(builder, loc, factor);
    for (int64_t i = 0; i < height; ++i) {
      Value missing = arith::MulIOp::create(builder, loc, rows[i], times);
      for (int64_t v = 0; v < perPanel; ++v)
        sums[i * perPanel + v] = missing;
    }
  }

  /// The number of a panel's block.
  Value blockOf(OpBuilder &builder, Value panel, Value step) {
    Value number = ElementEmitter(frame, builder).emit(op.getBlocks(), {{panel}, {step}});
    return arith::IndexCastUIOp::create(builder, loc, builder.getIndexType(), number);
  }

  /// Appends to `next` what a block of a panel makes of the sums.
  void emitStep(OpBuilder &builder, Value panel, Value step, int64_t height,
                function_ref<Value(OpBuilder &, int64_t, Value)> leftOf, ValueRange now, SmallVector<Value> &next) {
    Value block = blockOf(builder, panel, step);
    fetchSoon(builder, panel, step, height);
    SmallVector<Value> right;
    for (int64_t v = 0; v < perPanel; ++v)
      right.push_back(dot->prepareRight(builder, loc, rightVector(builder, panel, step, v)));
    for (int64_t i = 0; i < height; ++i) {
      Value spread = dot->spreadLeft(builder, loc, leftOf(builder, i, block));
      for (int64_t v = 0; v < perPanel; ++v)
        next.push_back(dot->step(builder, loc, spread, right[v], now[next.size()]));
    }
  }

  /// What the machine does not find out by itself: values that come from far, and where the loop jumps to. On Emerald
  /// Rapids 128 rows are 1.07 times as fast for the first, and 1.07 times again for the second.
  void fetchSoon(OpBuilder &builder, Value panel, Value step, int64_t height) {
    if (!frame.addressOf(op.getValues()))
      return;
    constexpr int64_t valuesBefore = 24, leftBefore = 5;
    Value zero = frame.constant(0);
    ElementEmitter emitter(frame, builder);
    emitter.prefetch(op.getValues(), {{panel}, {offset(frame, builder, step, valuesBefore)}, {zero}, {zero}});
    if (height <= mostFew || !left.areFar())
      return;
    Value later =
        arith::MinUIOp::create(builder, loc, offset(frame, builder, step, leftBefore), frame.constant(count() - 1));
    left.fetch(builder, blockOf(builder, panel, later));
  }

  Value rightVector(OpBuilder &builder, Value panel, Value step, int64_t vector) {
    int64_t group = *values[3].constant();
    Position at = {{panel}, {step}, {frame.constant(vector * lanes), group == 1}, {frame.constant(0), group > 1}};
    if (getElementTypeOrSelf(op.getLhs()).isBF16()) // in pairs
      return ElementEmitter(frame, builder)
          .loadBits(op.getValues(), at, VectorType::get({lanes}, builder.getI32Type()));
    return ElementEmitter(frame, builder, lanes * group).emit(op.getValues(), at);
  }

  KernelFrame &frame;
  ir::BlockMatmulOp op;
  Location loc;
  ir::DimVector lhs, values;
  Type element;
  int64_t lanes;
  PanelResults results;
  int64_t perPanel; // vectors of a panel
  int64_t mostRows; // of a tile
  std::unique_ptr<Dot> dot;
  InterleavedRows left;
  int64_t mostFew; // rows that are read where they lie: laying them side by side costs as much as for many
  TileEpilogue epilogue;
};

} // namespace

static ir::DimExpr lowerBlockMatmul(KernelFrame &frame, ir::BlockMatmulOp op) {
  return BlockLowering(frame, op).lower();
}

LLMC_LOWERS(ir::BlockMatmulOp, lowerBlockMatmul)

} // namespace llmc::codegen::cpu
