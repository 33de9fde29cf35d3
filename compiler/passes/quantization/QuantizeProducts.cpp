// Weights become bytes with a step a column when the artefact is written; the left side becomes bytes with a step a row
// in each run. Both are symmetric, but the left side is stored 128 higher: machines multiply bytes without signs by
// bytes with them, and what that adds to a column is 128 times its sum, a constant.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Moments.h"
#include "compiler/ir/Recipes.h"
#include "compiler/ir/Reshaping.h"
#include "compiler/passes/quantization/ByteMath.h"
#include "compiler/passes/quantization/Candidates.h"
#include "compiler/passes/quantization/EncodedWeights.h"
#include "compiler/passes/quantization/FloatMath.h"
#include "compiler/passes/quantization/NarrowedProducts.h"
#include "compiler/passes/quantization/Passes.h"
#include "compiler/passes/quantization/ProductsOfWeights.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_QUANTIZEPRODUCTS
#include "compiler/passes/quantization/Passes.h.inc"

namespace {

constexpr int32_t kLift = 128;

/// The step between two bytes, for all elements along one axis of a matrix.
Value stepsAlong(OpBuilder &builder, Location loc, Value matrix, int64_t axis) {
  Value largest = ir::ReduceOp::create(builder, loc, matrix, axis, builder.getF32FloatAttr(0),
                                       [&](OpBuilder &inner, Location, ValueRange x) -> Value {
                                         FloatMath m(inner, loc);
                                         Value size = math::AbsFOp::create(inner, loc, m.widen(x[1]));
                                         return m.apply<arith::MaximumFOp>(x[0], size);
                                       });
  return ir::MapOp::create(builder, loc, largest, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    FloatMath m(inner, loc);
    return m.mul(x[0], m.constant(1 / kMostByte));
  });
}

/// Elements as whole numbers of steps, `lift` higher. Where all are zero the step is, too, and nothing is divided by
/// it.
Value bytesOf(OpBuilder &builder, Location loc, Value matrix, Value steps, int32_t lift) {
  return ir::MapOp::create(builder, loc, {matrix, steps}, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    FloatMath m(inner, loc);
    Value whole = math::RoundEvenOp::create(inner, loc, m.inSteps(m.widen(x[0]), x[1]));
    if (lift == 0)
      return arith::FPToSIOp::create(inner, loc, inner.getI8Type(), whole);
    Value lifted = m.apply<arith::AddFOp>(whole, m.constant(lift));
    return arith::FPToUIOp::create(inner, loc, inner.getI8Type(), lifted);
  });
}

/// What the lift of the left side adds to each column, for each row.
Value liftOf(OpBuilder &builder, Location loc, Value bytes) {
  Value sums = sumBytes(builder, loc, bytes, /*isUnsigned=*/false, /*axis=*/0);
  return ir::MapOp::create(builder, loc, sums, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value lift = arith::ConstantIntOp::create(inner, loc, inner.getI32Type(), kLift);
    return arith::MulIOp::create(inner, loc, x[0], lift);
  });
}

Value scaled(OpBuilder &builder, Location loc, ValueRange operands, Type element) {
  return ir::MapOp::create(builder, loc, operands, [&](OpBuilder &inner, Location, ValueRange x) -> Value {
    Value sum = arith::SubIOp::create(inner, loc, x[0], x[1]);
    Value result = scaleSum(inner, loc, sum, x[2], x[3]);
    return element.isF32() ? result : arith::TruncFOp::create(inner, loc, element, result);
  });
}

struct QuantizeProductsPass : impl::QuantizeProductsBase<QuantizeProductsPass> {
  using QuantizeProductsBase::QuantizeProductsBase;

  void runOnOperation() override {
    auto spec = parseQuantization(getOperation(), rules);
    if (failed(spec))
      return signalPassFailure();
    ir::Recipes recipes(getOperation());
    moments = ir::momentsIn(getOperation());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      ir::DimAnalysis dims(function);
      if (!dims.isValid())
        return signalPassFailure();
      for (const Candidate &candidate : candidatesOf(function, *spec))
        quantize(candidate, recipes, dims);
    }
    for (const std::string &rule : spec->unused()) {
      getOperation().emitError() << "no product of a weight comes from a node that \"" << rule
                                 << "\" names; try: the names that llmc inspect tells, and a pattern with *";
      signalPassFailure();
    }
  }

private:
  void quantize(const Candidate &candidate, ir::Recipes &recipes, ir::DimAnalysis &dims) {
    llvm::TypeSwitch<Operation *>(candidate.op)
        .Case([&](ir::MatmulOp op) { quantize(op, candidate.weight, candidate.type, recipes, dims); })
        .Case([&](ir::AttentionOp op) {
          op.setNarrow(true);
          ++numQuantized;
        })
        .Case([&](ir::GatherOp op) {
          replace(op, candidate.type == ProductType::BFloat16 ? narrowRows : encodeRows, recipes);
        });
  }

  void quantize(ir::MatmulOp op, ir::GetWeightOp weight, ProductType type, ir::Recipes &recipes,
                ir::DimAnalysis &dims) {
    constexpr CodeFormat int8 = {8, 128}, int4 = {4, 32};
    switch (type) {
    case ProductType::Float:
      return;
    case ProductType::BFloat16:
      return replace(op, narrowProduct, weight, recipes);
    case ProductType::Int8:
      return multiplyBytes(op, weight, recipes, dims);
    case ProductType::Int8Weights:
      return encode(op, weight, int8, recipes);
    case ProductType::Int4Weights:
      return encode(op, weight, int4, recipes);
    }
  }

  /// By what `make` builds, if it builds anything.
  template <typename Op, typename Make, typename... Arguments>
  void replace(Op op, Make make, Arguments &&...arguments) {
    OpBuilder builder(op);
    if (Value made = make(builder, op, std::forward<Arguments>(arguments)...)) {
      op.replaceAllUsesWith(made);
      op.erase();
      ++numQuantized;
    }
  }

  void encode(ir::MatmulOp op, ir::GetWeightOp weight, CodeFormat format, ir::Recipes &recipes) {
    OpBuilder builder(op);
    op.getRhsMutable().assign(encodeMatrix(builder, weight, format, moments.lookup(weight.getWeight()), recipes));
    ++numQuantized;
  }

  /// Rows of all batches are those of one matrix, so that each has its own step whatever stands around it.
  void multiplyBytes(ir::MatmulOp op, ir::GetWeightOp weight, ir::Recipes &recipes, ir::DimAnalysis &dims) {
    OpBuilder builder(op);
    Location loc = op.getLoc();
    ir::DimVector lhs = dims.dims(op.getLhs()), result = dims.dims(op.getResult());
    Value rows = op.getLhs();
    if (lhs.size() > 2)
      rows = ir::reshapeTo(builder, loc, rows, {ir::product(ArrayRef<ir::DimExpr>(lhs).drop_back()), lhs.back()});
    Value rowSteps = stepsAlong(builder, loc, rows, 1);
    auto made = [&](StringRef suffix, function_ref<Value(OpBuilder &, Value steps, Value bytes)> pick) {
      return recipes.append(builder, weight, suffix, [&](OpBuilder &inner, Value matrix) {
        Value steps = stepsAlong(inner, loc, matrix, 0);
        return pick(inner, steps, bytesOf(inner, loc, matrix, steps, 0));
      });
    };
    Value columnSteps = made("int8.steps", [](OpBuilder &, Value steps, Value) { return steps; });
    Value bytes = made("int8", [](OpBuilder &, Value, Value bytes) { return bytes; });
    Value lift = made("int8.lift", [&](OpBuilder &inner, Value, Value bytes) { return liftOf(inner, loc, bytes); });
    Value lifted = bytesOf(builder, loc, rows, rowSteps, kLift);
    Value sums = ir::MatmulOp::create(builder, loc, lifted, bytes, /*unsigned_lhs=*/true, /*unsigned_rhs=*/false);
    Value real = scaled(builder, loc, {sums, lift, rowSteps, columnSteps}, getElementTypeOrSelf(op.getResult()));
    op.replaceAllUsesWith(lhs.size() > 2 ? ir::reshapeTo(builder, loc, real, result) : real);
    op.erase();
    ++numQuantized;
  }

  llvm::StringMap<ir::WeightOp> moments; // by weights
};

} // namespace
} // namespace llmc::passes
