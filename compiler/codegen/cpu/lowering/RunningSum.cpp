// Running sums. Along the last axis a row is walked element by element. Along another one the sums of some columns wait
// in the memory of the thread, to which one row after the other is added in vectors. Either way each sum is one chain
// of additions in the order of the axis.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

class RunningSumLowering {
public:
  RunningSumLowering(KernelFrame &frame, ir::RunningSumOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getResult())), axis(op.getAxis()),
        last(dims.size() - 1), element(computeType(getElementTypeOrSelf(op.getResult()))) {}

  ir::DimExpr lower() { return axis == last || dims.back().isConstant(1) ? alongRows() : alongColumns(); }

private:
  ir::DimExpr alongRows() {
    ir::DimVector rows = dims;
    rows[axis] = 1;
    return rowLoop(frame, ir::product(rows), rowsPerTask(dims[axis]), [&](OpBuilder &builder, Value number) {
      Position at = delinearize(frame, builder, number, rows);
      Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
      forLoop(builder, loc, frame.constant(0), frame.size(dims[axis]), 1, {zero},
              [&](OpBuilder &inner, Value step, ValueRange now) {
                at[axis] = placeOf(inner, step);
                return SmallVector<Value>{addElement(inner, at, now[0], 1, {})};
              });
    });
  }

  ir::DimExpr alongColumns() {
    constexpr int64_t columnsOfTask = 512; // some cache lines of each row
    ir::DimVector parts = dims;
    parts[axis] = 1;
    parts[last] = ir::DimExpr::ceilDiv(dims[last], columnsOfTask);
    Value sums = frame.scratch(columnsOfTask * ir::elementBytes(element));
    return rowLoop(
        frame, ir::product(parts), rowsPerTask(dims[axis], columnsOfTask), [&](OpBuilder &builder, Value part) {
          Position at = delinearize(frame, builder, part, parts);
          Value first = arith::MulIOp::create(builder, loc, at[last].base, frame.constant(columnsOfTask));
          Value left = arith::SubIOp::create(builder, loc, frame.size(dims[last]), first);
          Value columns = arith::MinSIOp::create(builder, loc, left, frame.constant(columnsOfTask));
          int64_t lanes = frame.target().lanes();
          Value zero =
              splat(builder, loc, arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element)), lanes);
          forVectors(builder, columns, [&](OpBuilder &inner, Value column, Value) {
            ElementEmitter(frame, inner, lanes).storeAt(sums, element, {column, 1}, zero);
          });
          forLoop(builder, loc, frame.constant(0), frame.size(dims[axis]), 1, {},
                  [&](OpBuilder &row, Value step, ValueRange) {
                    at[axis] = placeOf(row, step);
                    forVectors(row, columns, [&](OpBuilder &inner, Value column, Value mask) {
                      at[last] = {arith::AddIOp::create(inner, loc, first, column), 1};
                      ElementEmitter whole(frame, inner, lanes); // there is room for whole vectors of sums
                      Value next = addElement(inner, at, whole.loadAt(sums, element, {column, 1}), lanes, mask);
                      whole.storeAt(sums, element, {column, 1}, next);
                    });
                    return SmallVector<Value>();
                  });
        });
  }

  /// Whole vectors, then at most one under a mask.
  void forVectors(OpBuilder &builder, Value columns, function_ref<void(OpBuilder &, Value column, Value mask)> body) {
    int64_t lanes = frame.target().lanes();
    Value rest = arith::RemUIOp::create(builder, loc, columns, frame.constant(lanes));
    Value whole = arith::SubIOp::create(builder, loc, columns, rest);
    forLoop(builder, loc, frame.constant(0), whole, lanes, {}, [&](OpBuilder &inner, Value column, ValueRange) {
      body(inner, column, {});
      return SmallVector<Value>();
    });
    if (fillsVectors(dims[last], lanes))
      return;
    Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, rest, frame.constant(0));
    auto branch = scf::IfOp::create(builder, loc, some, /*withElseRegion=*/false);
    OpBuilder inner = OpBuilder::atBlockBegin(branch.thenBlock());
    body(inner, whole, lanesBelow(inner, loc, rest, lanes));
  }

  Index placeOf(OpBuilder &builder, Value step) {
    if (!op.getReverse())
      return {step};
    return {arith::SubIOp::create(builder, loc, frame.size(dims[axis] - 1), step)};
  }

  /// Stores the element of the result at `at`, where `sum` is that of all elements before. Gives the sum with this one.
  Value addElement(OpBuilder &builder, const Position &at, Value sum, int64_t lanes, Value mask) {
    ElementEmitter emitter(frame, builder, lanes, mask);
    Value x = emitter.broadcastToLanes(emitter.emit(op.getInput(), at));
    Value next = isa<FloatType>(element) ? arith::AddFOp::create(builder, loc, sum, x).getResult()
                                         : arith::AddIOp::create(builder, loc, sum, x).getResult();
    emitter.bind(op.getResult(), at, op.getExclusive() ? sum : next);
    emitter.storeResults(at);
    return next;
  }

  KernelFrame &frame;
  ir::RunningSumOp op;
  Location loc;
  ir::DimVector dims;
  size_t axis, last;
  Type element;
};

} // namespace

static ir::DimExpr lowerRunningSum(KernelFrame &frame, ir::RunningSumOp op) {
  return RunningSumLowering(frame, op).lower();
}

LLMC_LOWERS(ir::RunningSumOp, lowerRunningSum)

} // namespace llmc::codegen::cpu
