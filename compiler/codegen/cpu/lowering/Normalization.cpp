// Softmax and norms: a row at a time, vectors along it. The order in which a row is summed depends on nothing but its
// length. Computed in f32, f64 for f64.
#include "compiler/codegen/cpu/lowering/KernelLowering.h"
#include "compiler/codegen/kernel/Loops.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// Passes over one row of a tensor.
class Row {
public:
  Row(KernelFrame &frame, OpBuilder &builder, Value tensor, Position position)
      : frame(frame), builder(builder), loc(frame.loc()), tensor(tensor), position(std::move(position)),
        lanes(frame.target().lanes()), element(computeType(getElementTypeOrSelf(tensor))) {}

  Value constant(double value) { return scalar(builder, value); }
  Value splat(OpBuilder &at, Value value) { return codegen::splat(at, loc, value, lanes); }

  /// Folds the row by `combine(so far, x)`, lanes apart and then lane after lane.
  Value fold(double identity, vector::CombiningKind kind,
             function_ref<Value(OpBuilder &, ElementEmitter &, const Position &, Value soFar, Value x)> combine) {
    Value first = splat(builder, constant(identity));
    Value lanesResult = vectorLoop(frame, builder, columns(), lanes, {first},
                                   [&](OpBuilder &inner, Value start, Value mask, ValueRange now) {
                                     ElementEmitter emitter(frame, inner, lanes, mask);
                                     Position at = positionAt(start);
                                     Value x = emitter.broadcastToLanes(emitter.emit(tensor, at));
                                     Value next = combine(inner, emitter, at, now[0], x);
                                     if (mask)
                                       next = arith::SelectOp::create(inner, loc, mask, next, now[0]);
                                     return SmallVector<Value>{next};
                                   })
                            .front();
    return vector::ReductionOp::create(builder, loc, kind, lanesResult);
  }

  void forEach(function_ref<void(OpBuilder &, ElementEmitter &, const Position &)> body) {
    vectorLoop(frame, builder, columns(), lanes, {}, [&](OpBuilder &inner, Value start, Value mask, ValueRange) {
      ElementEmitter emitter(frame, inner, lanes, mask);
      body(inner, emitter, positionAt(start));
      return SmallVector<Value>();
    });
  }

  Value count() {
    Value size = arith::IndexCastOp::create(builder, loc, builder.getI64Type(), frame.size(columns()));
    return arith::SIToFPOp::create(builder, loc, element, size);
  }

private:
  Value scalar(OpBuilder &at, double value) {
    return arith::ConstantOp::create(at, loc, at.getFloatAttr(element, value));
  }
  ir::DimExpr columns() { return frame.dims(tensor).back(); }
  Position positionAt(Value start) {
    Position at = position;
    at.push_back({start, 1});
    return at;
  }

  KernelFrame &frame;
  OpBuilder &builder;
  Location loc;
  Value tensor;
  Position position;
  int64_t lanes;
  Type element;
};

} // namespace

static ir::DimExpr lowerSoftmax(KernelFrame &frame, ir::SoftmaxOp op) {
  Location loc = frame.loc();
  ir::DimVector dims = frame.dims(op.getResult());
  ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(dims).drop_back();
  assert(op.getAxis() == outer.size() && "softmax along other axes has been transposed");
  // Between the passes exp(x - max) rests in scratch memory.
  Type element = computeType(getElementTypeOrSelf(op.getResult()));
  Value exponentials = frame.scratch(dims.back() * ir::elementBytes(element));
  return rowLoop(frame, ir::product(outer), rowsPerTask(dims.back(), 4), [&](OpBuilder &builder, Value rowNumber) {
    Row row(frame, builder, op.getInput(), delinearize(frame, builder, rowNumber, outer));
    Value most = row.fold(-std::numeric_limits<double>::infinity(), vector::CombiningKind::MAXNUMF,
                          [&](OpBuilder &inner, ElementEmitter &, const Position &, Value soFar, Value x) -> Value {
                            return arith::MaxNumFOp::create(inner, loc, soFar, x);
                          });
    auto exponential = [&](OpBuilder &inner, Value x) -> Value {
      return math::ExpOp::create(inner, loc, arith::SubFOp::create(inner, loc, x, row.splat(inner, most)));
    };
    Value sum =
        row.fold(0.0, vector::CombiningKind::ADD,
                 [&](OpBuilder &inner, ElementEmitter &emitter, const Position &at, Value soFar, Value x) -> Value {
                   Value e = exponential(inner, x);
                   emitter.storeAt(exponentials, element, at.back(), e);
                   return arith::AddFOp::create(inner, loc, soFar, e);
                 });
    Value scale = arith::DivFOp::create(builder, loc, row.constant(1.0), sum);
    row.forEach([&](OpBuilder &inner, ElementEmitter &emitter, const Position &at) {
      Value e = emitter.loadAt(exponentials, element, at.back());
      emitter.bind(op.getResult(), at, arith::MulFOp::create(inner, loc, e, row.splat(inner, scale)));
      emitter.storeResults(at);
    });
  });
}

static ir::DimExpr lowerNorm(KernelFrame &frame, ir::NormOp op) {
  Location loc = frame.loc();
  ir::DimVector dims = frame.dims(op.getResult());
  ArrayRef<ir::DimExpr> outer = ArrayRef<ir::DimExpr>(dims).drop_back();
  assert(op.getAxis() == outer.size() && "norms over several axes have been reshaped");
  bool layer = op.getKind() == ir::NormKind::Layer;
  return rowLoop(frame, ir::product(outer), rowsPerTask(dims.back(), 4), [&](OpBuilder &builder, Value rowNumber) {
    Row row(frame, builder, op.getInput(), delinearize(frame, builder, rowNumber, outer));
    Value count = row.count(), mean;
    if (layer) {
      Value sum = row.fold(0.0, vector::CombiningKind::ADD,
                           [&](OpBuilder &inner, ElementEmitter &, const Position &, Value soFar, Value x) -> Value {
                             return arith::AddFOp::create(inner, loc, soFar, x);
                           });
      mean = arith::DivFOp::create(builder, loc, sum, count);
    }
    auto centred = [&](OpBuilder &inner, Value x) -> Value {
      return layer ? arith::SubFOp::create(inner, loc, x, row.splat(inner, mean)).getResult() : x;
    };
    Value squares = row.fold(0.0, vector::CombiningKind::ADD,
                             [&](OpBuilder &inner, ElementEmitter &, const Position &, Value soFar, Value x) -> Value {
                               Value c = centred(inner, x);
                               return math::FmaOp::create(inner, loc, c, c, soFar);
                             });
    Value variance = arith::DivFOp::create(builder, loc, squares, count);
    Value shifted = arith::AddFOp::create(builder, loc, variance, row.constant(op.getEpsilon().convertToDouble()));
    Value scale = arith::DivFOp::create(builder, loc, row.constant(1.0), math::SqrtOp::create(builder, loc, shifted));
    row.forEach([&](OpBuilder &inner, ElementEmitter &emitter, const Position &at) {
      Value x = centred(inner, emitter.broadcastToLanes(emitter.emit(op.getInput(), at)));
      x = arith::MulFOp::create(inner, loc, x, row.splat(inner, scale));
      auto operand = [&](Value tensor) {
        return emitter.broadcastToLanes(emitter.emit(tensor, emitter.broadcastPosition(tensor, dims, at)));
      };
      if (op.getScale())
        x = arith::MulFOp::create(inner, loc, x, operand(op.getScale()));
      if (op.getBias())
        x = arith::AddFOp::create(inner, loc, x, operand(op.getBias()));
      emitter.bind(op.getResult(), at, x);
      emitter.storeResults(at);
    });
  });
}

LLMC_LOWERS(ir::SoftmaxOp, lowerSoftmax)
LLMC_LOWERS(ir::NormOp, lowerNorm)

} // namespace llmc::codegen::cpu
