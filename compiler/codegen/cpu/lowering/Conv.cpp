// Convolutions that are no contraction of windows (grouped ones): one output element after the other.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

class ConvLowering {
public:
  ConvLowering(KernelFrame &frame, ir::ConvOp op)
      : frame(frame), op(op), loc(frame.loc()), dims(frame.dims(op.getResult())), input(frame.dims(op.getInput())),
        filter(frame.dims(op.getFilter())), element(computeType(getElementTypeOrSelf(op.getResult()))) {}

  ir::DimExpr lower() {
    ir::DimExpr cost = ir::product(ArrayRef<ir::DimExpr>(filter).drop_front());
    return rowLoop(frame, ir::product(dims), rowsPerTask(cost), [&](OpBuilder &builder, Value number) {
      Position position = delinearize(frame, builder, number, dims);
      Value zero = arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
      Value sum = overChannels(builder, position, zero);
      ElementEmitter emitter(frame, builder);
      emitter.bind(op.getResult(), position, sum);
      emitter.storeResults(position);
    });
  }

private:
  Value overChannels(OpBuilder &builder, const Position &position, Value zero) {
    Value perGroup = frame.size(ir::DimExpr::floorDiv(dims[1], op.getGroups()));
    Value group = arith::DivUIOp::create(builder, loc, position[1].base, perGroup);
    Value first = arith::MulIOp::create(builder, loc, group, frame.size(filter[1]));
    return forLoop(builder, loc, frame.constant(0), frame.size(filter[1]), 1, {zero},
                   [&](OpBuilder &inner, Value channel, ValueRange now) {
                     Position source = {position[0], {arith::AddIOp::create(inner, loc, first, channel)}};
                     Position tap = {position[1], {channel}};
                     return SmallVector<Value>{overWindow(inner, position, source, tap, Value(), now[0])};
                   })
        .front();
  }

  Value overWindow(OpBuilder &builder, const Position &position, const Position &source, const Position &tap,
                   Value inside, Value sum) {
    size_t axis = source.size();
    if (axis == input.size())
      return accumulate(builder, source, tap, inside, sum);
    return forLoop(builder, loc, frame.constant(0), frame.size(filter[axis]), 1, {sum},
                   [&](OpBuilder &inner, Value index, ValueRange now) {
                     Value at = arith::MulIOp::create(inner, loc, position[axis].base,
                                                      frame.constant(op.getStrides()[axis - 2]));
                     Value step = arith::MulIOp::create(inner, loc, index, frame.constant(op.getDilations()[axis - 2]));
                     at = arith::AddIOp::create(inner, loc, at, step);
                     at = arith::AddIOp::create(inner, loc, at, frame.constant(-op.getPadLow()[axis - 2]));
                     // As unsigned numbers, places before the input lie far beyond it.
                     Value here =
                         arith::CmpIOp::create(inner, loc, arith::CmpIPredicate::ult, at, frame.size(input[axis]));
                     Value all = inside ? arith::AndIOp::create(inner, loc, inside, here).getResult() : here;
                     Position nextSource = source, nextTap = tap;
                     nextSource.push_back({at});
                     nextTap.push_back({index});
                     return SmallVector<Value>{overWindow(inner, position, nextSource, nextTap, all, now[0])};
                   })
        .front();
  }

  Value accumulate(OpBuilder &builder, const Position &source, const Position &tap, Value inside, Value sum) {
    auto branch = scf::IfOp::create(builder, loc, TypeRange{element}, inside, /*withElseRegion=*/true);
    OpBuilder yes = OpBuilder::atBlockBegin(branch.thenBlock()), no = OpBuilder::atBlockBegin(branch.elseBlock());
    ElementEmitter emitter(frame, yes);
    Value product =
        arith::MulFOp::create(yes, loc, emitter.emit(op.getInput(), source), emitter.emit(op.getFilter(), tap));
    scf::YieldOp::create(yes, loc, arith::AddFOp::create(yes, loc, sum, product).getResult());
    scf::YieldOp::create(no, loc, sum);
    return branch.getResult(0);
  }

  KernelFrame &frame;
  ir::ConvOp op;
  Location loc;
  ir::DimVector dims, input, filter;
  Type element;
};

} // namespace

static ir::DimExpr lowerConv(KernelFrame &frame, ir::ConvOp op) { return ConvLowering(frame, op).lower(); }

LLMC_LOWERS(ir::ConvOp, lowerConv)

} // namespace llmc::codegen::cpu
