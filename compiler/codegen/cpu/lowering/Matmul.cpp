// Contractions: with weights in panels, and with a right side that is computed at run time.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/cpu/lowering/TileEpilogue.h"
#include "compiler/codegen/cpu/schedules/ChooseSchedule.h"
#include "compiler/codegen/cpu/vectors/ContractionTile.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Of a native vector of sums.
int64_t lanesOf(KernelFrame &frame, Type sum) {
  return frame.target().lanesOf(std::max(sum.getIntOrFloatBitWidth(), 32u));
}

/// Widens an integer operand to the accumulators' type.
Value widen(OpBuilder &builder, Location loc, Value value, Type element, bool isUnsigned) {
  Type from = getElementTypeOrSelf(value);
  if (from == element || !isa<IntegerType>(from))
    return value;
  auto vector = dyn_cast<VectorType>(value.getType());
  Type to = vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  return isUnsigned ? Value(arith::ExtUIOp::create(builder, loc, to, value))
                    : Value(arith::ExtSIOp::create(builder, loc, to, value));
}

/// Takes a finished accumulator through the epilogue to the results.
void finishAccumulator(KernelFrame &frame, OpBuilder &builder, Value contraction, Value sum, Position at, Value column,
                       int64_t lanes, Value mask) {
  ElementEmitter emitter(frame, builder, lanes, mask);
  at.push_back({column, 1});
  emitter.bind(contraction, at, sum);
  emitter.storeResults(at);
}

/// Task t of a packed product: all rows of chunk t / groups, and group t % groups of panels.
class PackedLowering {
public:
  PackedLowering(KernelFrame &frame, ir::PackedMatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), lhs(frame.dims(op.getLhs())), panels(frame.dims(op.getPanels())),
        element(computeType(getElementTypeOrSelf(op.getResult()))),
        schedule(tileOf(frame.kernel(), element, frame.target())), lanes(lanesOf(frame, element)),
        perPanel(*panels[2].constant() / lanes), perGroup(std::max<int64_t>(schedule.vectors / perPanel, 1)),
        epilogue(frame, op, element, schedule.rows, perGroup * perPanel, lanes) {
    if (!panels[3].isConstant(1))
      bytes = byteDot(op.getContext(), lanes, {op.getUnsignedLhs(), op.getUnsignedRhs()}, frame.target());
    if ((codes = op.getPanels().getDefiningOp<ir::DecodeOp>()))
      decoded.emplace(frame, element, panels[1], perGroup * *panels[2].constant());
  }

  ir::DimExpr lower() {
    int64_t count = *panels[0].constant();
    groups = llvm::divideCeil(count, perGroup);
    lastGroup = count - (groups - 1) * perGroup;
    ir::DimExpr rows = ir::product(ArrayRef<ir::DimExpr>(lhs).drop_back());
    ir::DimExpr chunks = ir::DimExpr::floorDiv(rows + (schedule.chunk - 1), schedule.chunk);
    OpBuilder &builder = frame.builder();
    forLoop(builder, loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value chunk = arith::DivUIOp::create(inner, loc, task, frame.constant(groups));
      Value group = arith::RemUIOp::create(inner, loc, task, frame.constant(groups));
      Value first = arith::MulIOp::create(inner, loc, chunk, frame.constant(schedule.chunk));
      Value bound = arith::MinSIOp::create(inner, loc, offset(frame, inner, first, schedule.chunk), frame.size(rows));
      emitGroup(inner, group, first, bound);
      return SmallVector<Value>();
    });
    return chunks * groups;
  }

private:
  void emitGroup(OpBuilder &builder, Value group, Value first, Value bound) {
    Value panel = arith::MulIOp::create(builder, loc, group, frame.constant(perGroup));
    if (lastGroup == perGroup)
      return emitPanels(builder, panel, first, bound, perGroup);
    Value last = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, group, frame.constant(groups - 1));
    auto branch = scf::IfOp::create(builder, loc, last, /*withElseRegion=*/true);
    OpBuilder small = OpBuilder::atBlockBegin(branch.thenBlock()), whole = OpBuilder::atBlockBegin(branch.elseBlock());
    emitPanels(small, panel, first, bound, lastGroup);
    emitPanels(whole, panel, first, bound, perGroup);
  }

  /// Several blocks of rows find codes decoded in the memory of the thread; one decodes them while it multiplies.
  void emitPanels(OpBuilder &builder, Value panel, Value first, Value bound, int64_t panelCount) {
    if (!codes)
      return emitRows(builder, panel, first, bound, panelCount);
    Value rows = arith::SubIOp::create(builder, loc, bound, first);
    Value several = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, rows, frame.constant(schedule.rows));
    auto branch = scf::IfOp::create(builder, loc, several, /*withElseRegion=*/true);
    OpBuilder many = OpBuilder::atBlockBegin(branch.thenBlock()), few = OpBuilder::atBlockBegin(branch.elseBlock());
    emitRows(few, panel, first, bound, panelCount);
    decode(many, panel, panelCount);
    llvm::SaveAndRestore reads(readsDecoded, true);
    emitRows(many, panel, first, bound, panelCount);
  }

  void decode(OpBuilder &builder, Value panel, int64_t panelCount) {
    int64_t depth = *panels[1].constant(), turn = depth % codesTogether() == 0 ? codesTogether() : 1;
    forLoop(builder, loc, frame.constant(0), frame.constant(depth), turn, {},
            [&](OpBuilder &inner, Value first, ValueRange) {
              for (int64_t i = 0; i < turn; ++i) {
                Value k = offset(frame, inner, first, i);
                for (int64_t v = 0; v < panelCount * perPanel; ++v)
                  decoded->store(inner, k, frame.constant(v * lanes), panelVector(inner, panel, v, k));
              }
              return SmallVector<Value>();
            });
  }

  void emitRows(OpBuilder &builder, Value panel, Value first, Value bound, int64_t panelCount) {
    auto behind = [&](OpBuilder &inner, Value row, Value height) { finishTile(inner, panel, row, height, panelCount); };
    forRowBlocks(
        frame, builder, first, bound, schedule.rows,
        [&](OpBuilder &inner, Value row, int64_t height) { emitBlock(inner, panel, row, height, panelCount); }, behind);
  }

  /// The epilogue of sums that wait.
  void finishTile(OpBuilder &builder, Value panel, Value row, Value height, int64_t panelCount) {
    if (!epilogue.isApart())
      return;
    ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(lhs).drop_back();
    epilogue.forEach(builder, height, panelCount * perPanel, [&](OpBuilder &inner, Value i, Value v, Value sum) {
      Position at = delinearize(frame, inner, arith::AddIOp::create(inner, loc, row, i), outer);
      Value column = arith::AddIOp::create(inner, loc, firstColumn(inner, panel),
                                           arith::MulIOp::create(inner, loc, v, frame.constant(lanes)));
      finishAccumulator(frame, inner, op.getResult(), sum, at, column, lanes, columnMask(inner, column));
    });
  }

  Value firstColumn(OpBuilder &builder, Value panel) {
    return arith::MulIOp::create(builder, loc, panel, frame.constant(*panels[2].constant()));
  }

  void emitBlock(OpBuilder &builder, Value panel, Value row, int64_t height, int64_t panelCount) {
    ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(lhs).drop_back();
    SmallVector<Position> positions;
    for (int64_t i = 0; i < height; ++i)
      positions.push_back(delinearize(frame, builder, offset(frame, builder, row, i), outer));
    auto right = [&](OpBuilder &inner, int64_t v, Value step) { return panelVector(inner, panel, v, step); };
    auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
      if (epilogue.isApart())
        return epilogue.put(inner, i, v, sum);
      Value column = offset(frame, inner, firstColumn(inner, panel), v * lanes);
      finishAccumulator(frame, inner, op.getResult(), sum, positions[i], column, lanes, columnMask(inner, column));
    };
    if (bytes)
      return emitBytes(builder, positions, panelCount * perPanel, right, finish);
    auto left = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
      Position at = positions[i];
      at.push_back({k});
      return widen(inner, loc, ElementEmitter(frame, inner).emit(op.getLhs(), at), element, op.getUnsignedLhs());
    };
    MultiplyAdd dot(element, lanes);
    ContractionTile tile = {dot, height, panelCount * perPanel, frame.size(panels[1]), left, right, finish};
    if (codes && !readsDecoded)
      tile.turn = turnOf(height);
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

  Value panelVector(OpBuilder &builder, Value panel, int64_t vector, Value step) {
    if (readsDecoded)
      return decoded->load(builder, step, frame.constant(vector * lanes));
    int64_t group = *panels[3].constant();
    ElementEmitter emitter(frame, builder, lanes * group);
    Position at = {{offset(frame, builder, panel, vector / perPanel)},
                   {step},
                   {frame.constant(vector % perPanel * lanes), group == 1},
                   {frame.constant(0), group > 1}};
    Value elements = emitter.emit(op.getPanels(), at);
    return bytes ? elements : widen(builder, loc, elements, element, op.getUnsignedRhs());
  }

  /// Rows of bytes are read a group at a time.
  void emitBytes(OpBuilder &builder, ArrayRef<Position> rows, int64_t vectors,
                 function_ref<Value(OpBuilder &, int64_t, Value)> right,
                 function_ref<void(OpBuilder &, int64_t, int64_t, Value)> finish) {
    int64_t group = bytes->group();
    auto read = [&](OpBuilder &inner, int64_t row, Value step, bool isLast) {
      Value k = arith::MulIOp::create(inner, loc, step, frame.constant(group)), mask;
      if (isLast)
        mask = lanesBelow(inner, loc, arith::SubIOp::create(inner, loc, frame.size(lhs.back()), k), group);
      return leftVector(inner, rows[row], k, group, mask);
    };
    auto left = [&](OpBuilder &inner, int64_t row, Value step) { return read(inner, row, step, /*isLast=*/false); };
    auto last = [&](OpBuilder &inner, int64_t row, Value step) { return read(inner, row, step, /*isLast=*/true); };
    SmallVector<Value> first(rows.size());
    for (auto [position, value] : llvm::zip(rows, first))
      value = correctionOf(builder, position);
    auto begin = [&](OpBuilder &, int64_t row, int64_t) { return first[row]; };
    ir::DimExpr steps = ir::DimExpr::floorDiv(lhs.back(), group);
    ContractionTile tile = {*bytes, static_cast<int64_t>(rows.size()), vectors, frame.size(steps), left, right, finish};
    if (bytes->correction())
      tile.begin = begin;
    if (!fillsVectors(lhs.back(), group)) {
      tile.lastLeft = last;
      tile.lastSteps = frame.size(ir::DimExpr::floorDiv(lhs.back() + (group - 1), group) - steps);
    }
    emitTile(frame, builder, tile);
  }

  Value leftVector(OpBuilder &builder, Position at, Value k, int64_t count, Value mask) {
    at.push_back({k, 1});
    ElementEmitter emitter(frame, builder, count, mask);
    return emitter.broadcastToLanes(emitter.emit(op.getLhs(), at));
  }

  /// What the dot leaves out of the sums of a row, for each column.
  Value correctionOf(OpBuilder &builder, const Position &row) {
    if (!bytes->correction())
      return {};
    VectorType type = bytes->sumType();
    Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
    int64_t count = type.getNumElements() * bytes->group();
    Value sums = vectorLoop(frame, builder, lhs.back(), count, zero,
                            [&](OpBuilder &inner, Value k, Value mask, ValueRange now) -> SmallVector<Value> {
                              return {bytes->addLeft(inner, loc, leftVector(inner, row, k, count, mask), now[0])};
                            })[0];
    Value sum = vector::ReductionOp::create(builder, loc, vector::CombiningKind::ADD, sums);
    Value factor = arith::ConstantIntOp::create(builder, loc, element, bytes->correction());
    return splat(builder, loc, arith::MulIOp::create(builder, loc, sum, factor), lanes);
  }

  Value columnMask(OpBuilder &builder, Value column) {
    int64_t columns = op.getColumns();
    if (columns % *panels[2].constant() == 0)
      return {};
    Value left = arith::SubIOp::create(builder, loc, frame.constant(columns), column);
    return lanesBelow(builder, loc, left, lanes);
  }

  KernelFrame &frame;
  ir::PackedMatmulOp op;
  Location loc;
  ir::DimVector lhs, panels;
  Type element;
  Tile schedule;
  int64_t lanes;
  int64_t perPanel, perGroup; // vectors of a panel, panels of a group
  TileEpilogue epilogue;
  std::unique_ptr<ByteDot> bytes; // of panels of groups
  ir::DecodeOp codes;             // that the panels are, if they are
  std::optional<VectorPanel> decoded;
  bool readsDecoded = false;
  int64_t groups = 0, lastGroup = 0; // how many there are, panels of the last one
};

/// Task t of a product of two computed tensors: chunk t % chunks of rows in batch t / chunks.
class PlainLowering {
public:
  PlainLowering(KernelFrame &frame, ir::MatmulOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getResult())), lhs(frame.dims(op.getLhs())),
        element(computeType(getElementTypeOrSelf(op.getResult()))),
        schedule(tileOf(frame.kernel(), element, frame.target())), lanes(lanesOf(frame, element)),
        epilogue(frame, op, element, schedule.rows, schedule.vectors, lanes) {}

  ir::DimExpr lower() {
    int64_t chunk = schedule.chunk;
    size_t rank = dims.size();
    ArrayRef<ir::DimExpr> batch = ArrayRef<ir::DimExpr>(dims).drop_back(2);
    ir::DimExpr rows = dims[rank - 2];
    ir::DimExpr chunks = ir::DimExpr::floorDiv(rows + (chunk - 1), chunk);
    forLoop(frame.builder(), loc, frame.begin(), frame.end(), 1, {}, [&](OpBuilder &inner, Value task, ValueRange) {
      Value count = frame.size(chunks);
      Value number = arith::DivUIOp::create(inner, loc, task, count);
      Value first =
          arith::MulIOp::create(inner, loc, arith::RemUIOp::create(inner, loc, task, count), frame.constant(chunk));
      Value bound = arith::MinSIOp::create(inner, loc, offset(frame, inner, first, chunk), frame.size(rows));
      position = delinearize(frame, inner, number, batch);
      emitColumns(inner, first, bound);
      return SmallVector<Value>();
    });
    return ir::product(batch) * chunks;
  }

private:
  void emitColumns(OpBuilder &builder, Value first, Value bound) {
    ir::DimExpr columns = dims.back();
    int64_t wide = schedule.vectors * lanes;
    ir::DimExpr whole = ir::DimExpr::floorDiv(columns, wide) * wide;
    if (!whole.isConstant(0))
      forLoop(builder, loc, frame.constant(0), frame.size(whole), wide, {},
              [&](OpBuilder &inner, Value column, ValueRange) {
                emitRows(inner, first, bound, column, schedule.vectors, {});
                return SmallVector<Value>();
              });
    if (whole == columns)
      return;
    bool masked = !fillsVectors(columns, lanes);
    forLoop(builder, loc, frame.size(whole), frame.size(columns), lanes, {},
            [&](OpBuilder &inner, Value column, ValueRange) {
              Value left = arith::SubIOp::create(inner, loc, frame.size(columns), column);
              emitRows(inner, first, bound, column, 1, masked ? lanesBelow(inner, loc, left, lanes) : Value());
              return SmallVector<Value>();
            });
  }

  void emitRows(OpBuilder &builder, Value first, Value bound, Value column, int64_t vectors, Value mask) {
    auto behind = [&](OpBuilder &inner, Value row, Value height) {
      finishTile(inner, row, height, column, vectors, mask);
    };
    forRowBlocks(
        frame, builder, first, bound, schedule.rows,
        [&](OpBuilder &inner, Value row, int64_t height) { emitBlock(inner, row, height, column, vectors, mask); },
        behind);
  }

  /// The epilogue of sums that wait.
  void finishTile(OpBuilder &builder, Value row, Value height, Value column, int64_t vectors, Value mask) {
    if (!epilogue.isApart())
      return;
    epilogue.forEach(builder, height, vectors, [&](OpBuilder &inner, Value i, Value v, Value sum) {
      Position at = position;
      at.push_back({arith::AddIOp::create(inner, loc, row, i)});
      Value here =
          arith::AddIOp::create(inner, loc, column, arith::MulIOp::create(inner, loc, v, frame.constant(lanes)));
      finishAccumulator(frame, inner, op.getResult(), sum, at, here, lanes, mask);
    });
  }

  void emitBlock(OpBuilder &builder, Value row, int64_t height, Value column, int64_t vectors, Value mask) {
    auto left = [&](OpBuilder &inner, int64_t i, Value k) -> Value {
      ElementEmitter emitter(frame, inner);
      Position at = emitter.matrixPosition(op.getLhs(), dims, position, {offset(frame, inner, row, i)}, {k});
      return widen(inner, loc, emitter.emit(op.getLhs(), at), element, op.getUnsignedLhs());
    };
    auto right = [&](OpBuilder &inner, int64_t v, Value k) -> Value {
      ElementEmitter emitter(frame, inner, lanes, mask);
      Position at =
          emitter.matrixPosition(op.getRhs(), dims, position, {k}, {offset(frame, inner, column, v * lanes), 1});
      return widen(inner, loc, emitter.broadcastToLanes(emitter.emit(op.getRhs(), at)), element, op.getUnsignedRhs());
    };
    auto finish = [&](OpBuilder &inner, int64_t i, int64_t v, Value sum) {
      if (epilogue.isApart())
        return epilogue.put(inner, i, v, sum);
      Position at = position;
      at.push_back({offset(frame, inner, row, i)});
      finishAccumulator(frame, inner, op.getResult(), sum, at, offset(frame, inner, column, v * lanes), lanes, mask);
    };
    emitTile(frame, builder,
             {MultiplyAdd(element, lanes), height, vectors, frame.size(lhs.back()), left, right, finish});
  }

  KernelFrame &frame;
  ir::MatmulOp op;
  Location loc;
  ir::DimVector dims, lhs;
  Type element;
  Tile schedule;
  int64_t lanes;
  TileEpilogue epilogue;
  Position position; // of the batch at hand
};

} // namespace

static ir::DimExpr lowerPackedMatmul(KernelFrame &frame, ir::PackedMatmulOp op) {
  return PackedLowering(frame, op).lower();
}
static ir::DimExpr lowerMatmul(KernelFrame &frame, ir::MatmulOp op) { return PlainLowering(frame, op).lower(); }

LLMC_LOWERS(ir::PackedMatmulOp, lowerPackedMatmul)
LLMC_LOWERS(ir::MatmulOp, lowerMatmul)

} // namespace llmc::codegen::cpu
