// Clones the operations of a region under wider types.
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"
#include <cmath>

using namespace mlir;

namespace llmc::codegen {

Type computeType(Type elementType) {
  return elementType.isF16() || elementType.isBF16() ? Float32Type::get(elementType.getContext()) : elementType;
}

Value splat(OpBuilder &builder, Location loc, Value scalar, int64_t lanes) {
  if (lanes == 1)
    return scalar;
  return vector::BroadcastOp::create(builder, loc, VectorType::get({lanes}, scalar.getType()), scalar);
}

Type withElement(Type like, Type element) {
  auto vector = dyn_cast<VectorType>(like);
  return vector ? Type(VectorType::get(vector.getShape(), element)) : element;
}

Value convertToCompute(OpBuilder &builder, Location loc, Value value) {
  Type element = getElementTypeOrSelf(value), compute = computeType(element);
  if (element == compute)
    return value;
  return arith::ExtFOp::create(builder, loc, withElement(value.getType(), compute), value);
}

Value convertToStorage(OpBuilder &builder, Location loc, Value value, Type elementType) {
  if (getElementTypeOrSelf(value) == elementType)
    return value;
  return arith::TruncFOp::create(builder, loc, withElement(value.getType(), elementType), value);
}

/// A conversion between f16, bf16 and f32, all of which compute in f32: widening is nothing, narrowing rounds.
static Value convertWithinCompute(OpBuilder &builder, Location loc, Operation *op, Value value) {
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  if (!isa<arith::ExtFOp, arith::TruncFOp>(op) || computeType(from) != computeType(to))
    return {};
  return isa<arith::ExtFOp>(op) ? value : convertToCompute(builder, loc, convertToStorage(builder, loc, value, to));
}

/// A vector of floats as integers. LLVM writes saturating conversions of vectors as branches for each lane; comparisons
/// choose what else is there for lanes that the plain conversion has no result for.
static Value saturate(OpBuilder &builder, Location loc, Value value, VectorType type, bool isSigned) {
  unsigned bits = type.getElementTypeBitWidth();
  auto limit = [&](double number) {
    auto real = cast<FloatType>(getElementTypeOrSelf(value));
    return splat(builder, loc, arith::ConstantOp::create(builder, loc, builder.getFloatAttr(real, number)),
                 type.getNumElements());
  };
  auto where = [&](arith::CmpFPredicate predicate, Value bound, const llvm::APInt &then, Value otherwise) -> Value {
    Value outside = arith::CmpFOp::create(builder, loc, predicate, value, bound);
    Value constant = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, then));
    return arith::SelectOp::create(builder, loc, outside, constant, otherwise);
  };
  using llvm::APInt;
  APInt least = isSigned ? APInt::getSignedMinValue(bits) : APInt(bits, 0);
  APInt most = isSigned ? APInt::getSignedMaxValue(bits) : APInt::getMaxValue(bits);
  Value result = isSigned ? Value(arith::FPToSIOp::create(builder, loc, type, value))
                          : Value(arith::FPToUIOp::create(builder, loc, type, value));
  double behind = std::ldexp(1.0, static_cast<int>(isSigned ? bits - 1 : bits));
  result = where(arith::CmpFPredicate::OLT, limit(isSigned ? -behind : 0), least, result);
  result = where(arith::CmpFPredicate::OGE, limit(behind), most, result);
  return where(arith::CmpFPredicate::UNO, value, APInt(bits, 0), result);
}

/// Out of range they saturate and NaN becomes 0, as in the reference; the instructions of CPUs differ there.
static Value convertToInteger(OpBuilder &builder, Location loc, Operation *op, Value value) {
  if (!isa<arith::FPToSIOp, arith::FPToUIOp>(op))
    return {};
  bool isSigned = isa<arith::FPToSIOp>(op);
  Type type = withElement(value.getType(), op->getResult(0).getType());
  if (auto vector = dyn_cast<VectorType>(type))
    return saturate(builder, loc, value, vector, isSigned);
  StringRef name = isSigned ? "llvm.fptosi.sat" : "llvm.fptoui.sat";
  return LLVM::CallIntrinsicOp::create(builder, loc, type, builder.getStringAttr(name), value).getResults();
}

static Value cloneConstant(OpBuilder &builder, Location loc, arith::ConstantOp op) {
  auto value = dyn_cast<FloatAttr>(op.getValue());
  if (!value || computeType(op.getType()) == op.getType())
    return arith::ConstantOp::create(builder, loc, op.getValue());
  return arith::ConstantOp::create(builder, loc,
                                   builder.getFloatAttr(computeType(op.getType()), value.getValueAsDouble()));
}

SmallVector<Value> inlineScalarRegion(OpBuilder &builder, Region &region, ValueRange operands, int64_t lanes) {
  IRMapping mapping;
  for (auto [argument, operand] : llvm::zip(region.getArguments(), operands))
    if (operand)
      mapping.map(argument, operand);
  for (Operation &op : region.front().without_terminator()) {
    Location loc = op.getLoc();
    if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
      mapping.map(constant.getResult(), cloneConstant(builder, loc, constant));
      continue;
    }
    SmallVector<Value> values;
    for (Value operand : op.getOperands())
      values.push_back(mapping.lookup(operand));
    Value converted = values.empty() ? Value() : convertWithinCompute(builder, loc, &op, values.front());
    if (!converted && !values.empty())
      converted = convertToInteger(builder, loc, &op, values.front());
    if (converted) {
      mapping.map(op.getResult(0), converted);
      continue;
    }
    bool vector = llvm::any_of(values, [](Value value) { return isa<VectorType>(value.getType()); });
    if (vector)
      llvm::transform(values, values.begin(), [&](Value value) -> Value {
        return isa<VectorType>(value.getType()) ? value : splat(builder, loc, value, lanes);
      });
    SmallVector<Type> types;
    for (Type type : op.getResultTypes())
      types.push_back(vector ? Type(VectorType::get({lanes}, computeType(type))) : computeType(type));
    OperationState state(loc, op.getName(), values, types, op.getAttrs());
    state.propertiesAttr = op.getPropertiesAsAttribute();
    mapping.map(op.getResults(), builder.create(state)->getResults());
  }
  SmallVector<Value> results;
  for (Value value : region.front().getTerminator()->getOperands())
    results.push_back(mapping.lookup(value));
  return results;
}

} // namespace llmc::codegen
