// Loops over rows and vectors.
#include "compiler/codegen/kernel/Loops.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;

namespace llmc::codegen {

SmallVector<Value> forLoop(OpBuilder &builder, Location loc, Value first, Value bound, int64_t step, ValueRange carried,
                           LoopBody body) {
  Value stride = arith::ConstantIndexOp::create(builder, loc, step);
  auto loop = scf::ForOp::create(builder, loc, first, bound, stride, carried);
  OpBuilder inner = OpBuilder::atBlockBegin(loop.getBody());
  SmallVector<Value> next = body(inner, loop.getInductionVar(), loop.getRegionIterArgs());
  if (!carried.empty()) // without carried values the loop comes with its terminator
    scf::YieldOp::create(inner, loc, next);
  return SmallVector<Value>(loop.getResults());
}

void keepRolled(Operation *loop) {
  MLIRContext *context = loop->getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation", annotation);
}

Value offset(KernelFrame &frame, OpBuilder &builder, Value base, int64_t distance) {
  return builder.createOrFold<arith::AddIOp>(frame.loc(), base, frame.constant(distance));
}

Value lanesBelow(OpBuilder &builder, Location loc, Value count, int64_t lanes) {
  SmallVector<int32_t> numbers;
  for (int64_t lane = 0; lane < lanes; ++lane)
    numbers.push_back(static_cast<int32_t>(lane));
  auto type = VectorType::get({lanes}, builder.getI32Type());
  Value lane = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, ArrayRef<int32_t>(numbers)));
  Value limit = arith::IndexCastOp::create(builder, loc, builder.getI32Type(), count);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, lane,
                               vector::BroadcastOp::create(builder, loc, type, limit));
}

bool fillsVectors(const ir::DimExpr &count, int64_t lanes) {
  return (count - ir::DimExpr::floorDiv(count, lanes) * lanes).isConstant(0);
}

SmallVector<Value> blockLoop(KernelFrame &frame, OpBuilder &builder, const ir::DimExpr &count, int64_t most,
                             ValueRange carried, BlockBody body) {
  Location loc = frame.loc();
  ir::DimExpr whole = ir::DimExpr::floorDiv(count, most) * most, rest = count - whole;
  SmallVector<Value> values(carried);
  if (!whole.isConstant(0))
    values = forLoop(
        builder, loc, frame.constant(0), frame.size(whole), most, values,
        [&](OpBuilder &inner, Value start, ValueRange now) { return body(inner, start, frame.constant(most), now); });
  if (rest.isConstant(0))
    return values;
  auto last = [&](OpBuilder &inner) { return body(inner, frame.size(whole), frame.size(rest), values); };
  if (rest.least() > 0)
    return last(builder);
  Value some = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sgt, frame.size(rest), frame.constant(0));
  auto branch =
      scf::IfOp::create(builder, loc, ValueRange(values).getTypes(), some, /*withElseRegion=*/!values.empty());
  OpBuilder inner = OpBuilder::atBlockBegin(branch.thenBlock());
  SmallVector<Value> after = last(inner);
  if (!values.empty()) {
    scf::YieldOp::create(inner, loc, after);
    OpBuilder other = OpBuilder::atBlockBegin(branch.elseBlock());
    scf::YieldOp::create(other, loc, values);
  }
  return SmallVector<Value>(branch.getResults());
}

SmallVector<Value> vectorLoop(KernelFrame &frame, OpBuilder &builder, const ir::DimExpr &count, int64_t lanes,
                              ValueRange carried, VectorBody body) {
  return blockLoop(frame, builder, count, lanes, carried,
                   [&](OpBuilder &inner, Value start, Value size, ValueRange now) {
                     bool isWhole = getConstantIntValue(size) == lanes;
                     return body(inner, start, isWhole ? Value() : lanesBelow(inner, frame.loc(), size, lanes), now);
                   });
}

ir::DimExpr rowLoop(KernelFrame &frame, const ir::DimExpr &rowCount, int64_t rowsPerTask,
                    function_ref<void(OpBuilder &, Value)> body) {
  Location loc = frame.loc();
  OpBuilder &builder = frame.builder();
  Value perTask = frame.constant(rowsPerTask);
  Value first = arith::MulIOp::create(builder, loc, frame.begin(), perTask);
  Value bound = arith::MulIOp::create(builder, loc, frame.end(), perTask);
  bound = arith::MinSIOp::create(builder, loc, bound, frame.size(rowCount));
  forLoop(builder, loc, first, bound, 1, {}, [&](OpBuilder &inner, Value row, ValueRange) {
    body(inner, row);
    return SmallVector<Value>();
  });
  return ir::DimExpr::ceilDiv(rowCount, rowsPerTask);
}

Position delinearize(KernelFrame &frame, OpBuilder &builder, Value linear, ArrayRef<ir::DimExpr> dims) {
  Position position(dims.size(), Index{frame.constant(0)});
  for (size_t axis = dims.size(); axis-- > 0;) {
    if (dims[axis].isConstant(1))
      continue;
    if (llvm::all_of(dims.take_front(axis), [](const ir::DimExpr &dim) { return dim.isConstant(1); })) {
      position[axis] = {linear};
      break;
    }
    Value size = frame.size(dims[axis]);
    position[axis] = {arith::RemUIOp::create(builder, frame.loc(), linear, size)};
    linear = arith::DivUIOp::create(builder, frame.loc(), linear, size);
  }
  return position;
}

int64_t rowsPerTask(const ir::DimExpr &rowElements, int64_t costPerElement) {
  constexpr int64_t taskCost = 8192;
  int64_t elements = rowElements.constant().value_or(256);
  return std::clamp<int64_t>(taskCost / std::max<int64_t>(elements * costPerElement, 1), 1, 1024);
}

} // namespace llmc::codegen
