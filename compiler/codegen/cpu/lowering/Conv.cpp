// Convolutions that no pass has made a product of windows. A task takes blocks of results of one group each. What a
// block sees of the input is laid into the memory of the thread; filters times vectors along the last axis then are a
// register tile whose loop along k goes through the channels of the group and the window.
#include "compiler/codegen/cpu/lowering/ConvInput.h"
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/TileEpilogue.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Filters and vectors of a register tile.
struct ConvTile {
  int64_t filters, vectors;
};

/// As many filters as a contraction has rows, split evenly. Few of them leave registers for more vectors, which then
/// make up for what a sum waits for the one before. All sums, a row of inputs and a tap are in registers.
ConvTile tileFor(const ir::DimExpr &filters, const Tile &contraction, const TargetSpec &target) {
  constexpr int64_t mostVectors = 8;
  int64_t count = std::max<int64_t>(filters.constant().value_or(1), 1);
  auto blocks = static_cast<int64_t>(llvm::divideCeil(count, contraction.rows));
  auto rows = static_cast<int64_t>(llvm::divideCeil(count, blocks));
  return {rows, std::clamp<int64_t>((target.vectorRegisters - 1) / (rows + 1), 1, mostVectors)};
}

/// Where a group has one filter, rows of results below each other share the rows of inputs that they see: all taps of a
/// column of the window are in registers then. How many rows; 0 where the window does not allow it.
int64_t rowsOfColumn(const ir::DimExpr &filters, const ir::DimVector &filter, const TargetSpec &target) {
  constexpr int64_t mostRows = 8;
  if (filter.size() < 4 || !filters.isConstant(1))
    return 0;
  int64_t taps = filter.end()[-2].constant().value_or(0), rows = target.vectorRegisters - 2 - taps;
  return taps > 1 && rows >= 4 ? std::min(rows, mostRows) : 0;
}

class ConvLowering {
public:
  ConvLowering(KernelFrame &frame, ir::ConvOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getResult())), filter(frame.dims(op.getFilter())),
        element(computeType(getElementTypeOrSelf(op.getResult()))),
        lanes(frame.target().lanesOf(element.getIntOrFloatBitWidth())),
        perGroup(ir::DimExpr::floorDiv(dims[1], op.getGroups())),
        tile(tileFor(perGroup, tileOf(frame.kernel(), element, frame.target()), frame.target())),
        columnRows(rowsOfColumn(perGroup, filter, frame.target())), block(chooseBlock()),
        input(frame, op, element, lanes, block),
        epilogue(frame, op, element, std::max(tile.vectors, columnRows), tile.filters, lanes) {}

  ir::DimExpr lower() {
    size_t last = dims.size() - 1;
    ir::DimVector blocks = dims;
    blocks[1] = op.getGroups();
    if (last > 2)
      blocks[last - 1] = ir::DimExpr::ceilDiv(dims[last - 1], block.rows);
    blocks[last] = ir::DimExpr::ceilDiv(dims[last], block.vectors * lanes);
    return rowLoop(frame, ir::product(blocks), rowsPerTask(costOfBlock()), [&](OpBuilder &builder, Value number) {
      Position at = delinearize(frame, builder, number, blocks);
      batch = at[0].base;
      first.clear();
      for (const Index &index : ArrayRef<Index>(at).drop_front(2))
        first.push_back(index.base);
      splitRows(builder);
      splitColumns(builder, blocks[last]);
      Value channel = arith::MulIOp::create(builder, loc, at[1].base, frame.size(filter[1]));
      input.fill(builder, batch, channel, first, vectors);
      emitTiles(builder, arith::MulIOp::create(builder, loc, at[1].base, frame.size(perGroup)));
    });
  }

private:
  static int64_t typicalSize(const ir::DimExpr &size, int64_t typical) { return size.constant().value_or(typical); }

  /// From the first tap of a window to the last, in steps of the results.
  int64_t borderAlong(size_t axis) {
    int64_t reach = (typicalSize(filter[axis + 2], 3) - 1) * op.getDilations()[axis];
    return std::max<int64_t>(reach, 0) / op.getStrides()[axis];
  }

  /// Several times as large as the border that neighbouring blocks both bring near, as far as a part of L2 holds it,
  /// and at least a tile.
  ConvBlock chooseBlock() {
    constexpr int64_t leastRows = 8, leastColumns = 256, timesBorder = 4;
    size_t last = dims.size() - 3;
    int64_t room = frame.target().l2Bytes / 4, channels = std::max<int64_t>(typicalSize(filter[1], 16), 1);
    int64_t bytes = channels * ir::elementBytes(element) * op.getStrides().back(); // for a column of results in a row
    for (size_t axis = 0; axis + 1 < last; ++axis)
      bytes *= borderAlong(axis) * op.getStrides()[axis] + 1;
    int64_t step = last == 0 ? 1 : op.getStrides()[last - 1], border = last == 0 ? 0 : borderAlong(last - 1);
    int64_t columns = room / (bytes * (border * step + 1)) - borderAlong(last);
    columns = std::min(columns, std::max(leastColumns, borderAlong(last) * timesBorder));
    int64_t most = wholeTiles(std::max<int64_t>(columns, 0) / lanes);
    ir::DimExpr vectors = ir::DimExpr::max(ir::DimExpr::min(ir::DimExpr::ceilDiv(dims.back(), lanes), most), 1);
    if (last == 0)
      return {1, vectors};
    ir::DimExpr fit = ir::DimExpr::floorDiv(room, (vectors * lanes + borderAlong(last)) * (bytes * step)) - border;
    ir::DimExpr rows = ir::DimExpr::min(fit, std::max(leastRows, border * timesBorder));
    rows = ir::DimExpr::min(ir::DimExpr::max(rows, ir::DimExpr::ceilDiv(tile.vectors, vectors)), dims.end()[-2]);
    return {ir::DimExpr::max(rows, 1), vectors};
  }

  /// Those of as many whole tiles as there are in so many vectors, and at least of one.
  int64_t wholeTiles(int64_t vectors) const { return std::max(vectors / tile.vectors, int64_t(1)) * tile.vectors; }

  /// Products for a block of results.
  ir::DimExpr costOfBlock() const {
    int64_t cost = typicalSize(perGroup, 16) * typicalSize(block.rows, 8) * typicalSize(block.vectors, 4) * lanes;
    for (const ir::DimExpr &size : ArrayRef<ir::DimExpr>(filter).drop_front())
      cost *= std::max<int64_t>(typicalSize(size, 3), 1);
    return cost;
  }

  void splitRows(OpBuilder &builder) {
    rows = frame.constant(1);
    if (first.size() == 1)
      return;
    Value &row = first.end()[-2];
    row = arith::MulIOp::create(builder, loc, row, frame.size(block.rows));
    Value left = arith::SubIOp::create(builder, loc, frame.size(dims.end()[-2]), row);
    rows = arith::MinSIOp::create(builder, loc, left, frame.size(block.rows));
  }

  /// Blocks have equal shares of the vectors.
  void splitColumns(OpBuilder &builder, const ir::DimExpr &blocks) {
    Value all = frame.size(ir::DimExpr::ceilDiv(dims.back(), lanes)), count = frame.size(blocks);
    auto boundary = [&](Value number) -> Value {
      return arith::DivUIOp::create(builder, loc, arith::MulIOp::create(builder, loc, all, number), count);
    };
    Value &column = first.back();
    Value from = boundary(column), to = boundary(offset(frame, builder, column, 1));
    vectors = arith::SubIOp::create(builder, loc, to, from);
    column = arith::MulIOp::create(builder, loc, from, frame.constant(lanes));
  }

  /// All tiles of the block: filters stay near while the vectors of the block pass, row after row.
  void emitTiles(OpBuilder &builder, Value group) {
    if (columnRows > 0)
      return emitColumns(builder, group);
    Value count = arith::MulIOp::create(builder, loc, rows, vectors);
    forFilters(builder, group, [&](OpBuilder &outer, ArrayRef<Value> filters) {
      auto emit = [&](OpBuilder &inner, Value first, int64_t height) { emitTile(inner, filters, first, height); };
      auto finish = [&](OpBuilder &inner, Value first, Value height) {
        finishTile(inner, filters, height,
                   [&](OpBuilder &body, Value i) { return locate(body, arith::AddIOp::create(body, loc, first, i)); });
      };
      forRowBlocks(frame, outer, frame.constant(0), count, tile.vectors, emit, finish);
    });
  }

  void emitTile(OpBuilder &builder, ArrayRef<Value> filters, Value first, int64_t height) {
    SmallVector<Place> places = {locate(builder, first)};
    while (static_cast<int64_t>(places.size()) < height)
      places.push_back(next(builder, places.back()));
    SmallVector<Value> from;
    for (const Place &place : places)
      from.push_back(input.placeOf(builder, place.row, place.vector));
    emitSums(builder, filters, places, from);
  }

  /// The filters of the group, split evenly into tiles: some have one filter more than the others.
  void forFilters(OpBuilder &builder, Value group, function_ref<void(OpBuilder &, ArrayRef<Value>)> body) {
    int64_t height = 1, taller = 0; // of a tile, and how many tiles have one filter more
    if (auto count = perGroup.constant(); count && *count > 0) {
      auto tiles = static_cast<int64_t>(llvm::divideCeil(*count, tile.filters));
      height = *count / tiles;
      taller = *count % tiles;
    }
    ir::DimExpr rest = taller * (height + 1);
    auto emit = [&](const ir::DimExpr &from, const ir::DimExpr &to, int64_t filters) {
      if (from == to)
        return;
      forLoop(builder, loc, frame.size(from), frame.size(to), filters, {}, [&](OpBuilder &inner, Value at, ValueRange) {
        SmallVector<Value> numbers = {arith::AddIOp::create(inner, loc, group, at)};
        while (static_cast<int64_t>(numbers.size()) < filters)
          numbers.push_back(offset(frame, inner, numbers.front(), static_cast<int64_t>(numbers.size())));
        body(inner, numbers);
        return SmallVector<Value>();
      });
    };
    emit(0, rest, height + 1);
    emit(rest, perGroup, height);
  }

  void emitColumns(OpBuilder &builder, Value number) {
    forLoop(builder, loc, frame.constant(0), vectors, 1, {}, [&](OpBuilder &outer, Value vector, ValueRange) {
      auto finish = [&](OpBuilder &inner, Value row, Value height) {
        finishTile(inner, {number}, height, [&](OpBuilder &body, Value i) -> Place {
          return {arith::AddIOp::create(body, loc, row, i), vector};
        });
      };
      auto emit = [&](OpBuilder &inner, Value row, int64_t height) {
        SmallVector<Place> places;
        for (int64_t i = 0; i < height; ++i)
          places.push_back({offset(frame, inner, row, i), vector});
        emitSums(inner, {number}, places, {input.placeOf(inner, row, vector)});
      };
      forRowBlocks(frame, outer, frame.constant(0), rows, columnRows, emit, finish);
      return SmallVector<Value>();
    });
  }

  /// Of a vector of results in the block.
  struct Place {
    Value row, vector;
  };

  Place locate(OpBuilder &builder, Value place) {
    if (block.rows.isConstant(1))
      return {frame.constant(0), place};
    return {arith::DivUIOp::create(builder, loc, place, vectors), arith::RemUIOp::create(builder, loc, place, vectors)};
  }

  Place next(OpBuilder &builder, const Place &place) {
    Value vector = offset(frame, builder, place.vector, 1);
    if (block.rows.isConstant(1))
      return {place.row, vector};
    Value isEnd = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, vector, vectors);
    Value row = offset(frame, builder, place.row, 1);
    return {arith::SelectOp::create(builder, loc, isEnd, row, place.row),
            arith::SelectOp::create(builder, loc, isEnd, frame.constant(0), vector)};
  }

  /// A tile, whose inputs are found from `from` on.
  void emitSums(OpBuilder &builder, ArrayRef<Value> filters, ArrayRef<Place> places, ArrayRef<Value> from) {
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(VectorType::get({lanes}, element)));
    SmallVector<Value> sums(filters.size() * places.size(), zero);
    sums = overWindow(builder, filters, from, {}, sums);
    for (size_t f = 0; f < filters.size(); ++f)
      for (size_t i = 0; i < places.size(); ++i) {
        Value sum = sums[f * places.size() + i];
        if (epilogue.isApart())
          epilogue.put(builder, frame.constant(static_cast<int64_t>(i)), static_cast<int64_t>(f), sum);
        else
          finish(builder, filters[f], places[i], sum);
      }
  }

  /// The epilogue of sums that wait, in `height` vectors of each filter.
  void finishTile(OpBuilder &builder, ArrayRef<Value> filters, Value height,
                  function_ref<Place(OpBuilder &, Value)> placeOf) {
    if (epilogue.isApart())
      epilogue.forEach(builder, height, static_cast<int64_t>(filters.size()),
                       [&](OpBuilder &inner, Value i, Value f, Value sum) {
                         Value number = arith::AddIOp::create(inner, loc, filters.front(), f);
                         finish(inner, number, placeOf(inner, i), sum);
                       });
  }

  /// Adds what the taps below `tap` show: loops over the axes of the filter that are left.
  SmallVector<Value> overWindow(OpBuilder &builder, ArrayRef<Value> filters, ArrayRef<Value> from, const Position &tap,
                                ValueRange sums) {
    size_t axis = tap.size() + 1;
    if (columnRows > 0 && axis + 2 == filter.size())
      return overColumns(builder, filters.front(), from.front(), tap, sums);
    if (axis + 1 == filter.size())
      return overRow(builder, filters, from, tap, sums);
    return forLoop(builder, loc, frame.constant(0), frame.size(filter[axis]), 1, sums,
                   [&](OpBuilder &inner, Value index, ValueRange now) {
                     Value step = arith::MulIOp::create(inner, loc, index, frame.size(input.stepAlong(axis)));
                     SmallVector<Value> moved;
                     for (Value place : from)
                       moved.push_back(arith::AddIOp::create(inner, loc, place, step));
                     Position here = tap;
                     here.push_back({index});
                     return overWindow(inner, filters, moved, here, now);
                   });
  }

  SmallVector<Value> overRow(OpBuilder &builder, ArrayRef<Value> filters, ArrayRef<Value> from, const Position &tap,
                             ValueRange sums) {
    auto count = static_cast<int64_t>(from.size());
    SmallVector<Value> results(sums.size());
    auto left = [&](OpBuilder &inner, int64_t row, Value k) -> Value {
      Position at = {{filters[row]}};
      at.append(tap);
      at.push_back({k});
      return ElementEmitter(frame, inner).emit(op.getFilter(), at);
    };
    auto right = [&](OpBuilder &inner, int64_t v, Value k) { return input.load(inner, from[v], k); };
    auto begin = [&](OpBuilder &, int64_t row, int64_t v) { return sums[row * count + v]; };
    auto finish = [&](OpBuilder &, int64_t row, int64_t v, Value sum) { results[row * count + v] = sum; };
    cpu::emitTile(frame, builder,
                  {MultiplyAdd(element, lanes), static_cast<int64_t>(filters.size()), count, frame.size(filter.back()),
                   left, right, finish, begin});
    // LLVM brings loads of several turns of an unrolled loop forward, where sums take all registers but a few.
    if (filters.size() > 1)
      keepRolled(results.front().getDefiningOp());
    return results;
  }

  /// The same for rows of results below each other: a row of inputs is loaded once for all that see it.
  SmallVector<Value> overColumns(OpBuilder &builder, Value number, Value from, const Position &tap, ValueRange sums) {
    size_t axis = filter.size() - 2;
    int64_t taps = *filter[axis].constant(), stride = op.getStrides()[axis - 2], dilation = op.getDilations()[axis - 2];
    auto rowCount = static_cast<int64_t>(sums.size());
    auto overTaps = [&](OpBuilder &inner, Value k, ValueRange now) {
      SmallVector<Value> column, next(now);
      for (int64_t i = 0; i < taps; ++i) {
        Position at = {{number}};
        at.append(tap);
        at.append({{frame.constant(i)}, {k}});
        column.push_back(splat(inner, loc, ElementEmitter(frame, inner).emit(op.getFilter(), at), lanes));
      }
      for (int64_t row = 0; row <= (rowCount - 1) * stride + (taps - 1) * dilation; ++row) {
        Value inputs;
        for (int64_t i = 0; i < taps; ++i) {
          int64_t first = row - i * dilation; // the row that a result's first tap sees
          if (first < 0 || first % stride != 0 || first / stride >= rowCount)
            continue;
          if (!inputs)
            inputs =
                input.load(inner, arith::AddIOp::create(inner, loc, from, frame.size(input.rowDistance() * row)), k);
          Value &sum = next[first / stride];
          sum = vector::FMAOp::create(inner, loc, column[i], inputs, sum);
        }
      }
      return next;
    };
    return forLoop(builder, loc, frame.constant(0), frame.size(filter.back()), 1, sums, overTaps);
  }

  void finish(OpBuilder &builder, Value number, const Place &place, Value sum) {
    Position at = {{batch}, {number}};
    for (Value index : ArrayRef<Value>(first).drop_back())
      at.push_back({index});
    if (first.size() > 1)
      at.back().base = arith::AddIOp::create(builder, loc, at.back().base, place.row);
    Value column = arith::MulIOp::create(builder, loc, place.vector, frame.constant(lanes));
    column = arith::AddIOp::create(builder, loc, first.back(), column);
    at.push_back({column, 1});
    Value left = arith::SubIOp::create(builder, loc, frame.size(dims.back()), column);
    ElementEmitter emitter(frame, builder, lanes,
                           fillsVectors(dims.back(), lanes) ? Value() : lanesBelow(builder, loc, left, lanes));
    emitter.bind(op.getResult(), at, sum);
    emitter.storeResults(at);
  }

  KernelFrame &frame;
  ir::ConvOp op;
  Location loc;
  ir::DimVector dims, filter;
  Type element;
  int64_t lanes;
  ir::DimExpr perGroup; // filters
  ConvTile tile;
  int64_t columnRows; // of results that share their inputs
  ConvBlock block;
  ConvInput input;
  TileEpilogue epilogue;
  // Of the block at hand.
  Value batch;
  SmallVector<Value> first; // result along the spatial axes
  Value rows, vectors;
};

} // namespace

static ir::DimExpr lowerConv(KernelFrame &frame, ir::ConvOp op) { return ConvLowering(frame, op).lower(); }

LLMC_LOWERS(ir::ConvOp, lowerConv)

} // namespace llmc::codegen::cpu
