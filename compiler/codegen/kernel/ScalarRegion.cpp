// Clones the operations of a region under wider types.
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/TypeUtilities.h"

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

static Type withElement(Type like, Type element) {
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

/// Out of range they saturate and NaN becomes 0, as in the reference; the instructions of CPUs differ there. LLVM's own
/// saturating conversion would take vectors apart.
static Value convertToInteger(OpBuilder &builder, Location loc, Operation *op, Value value) {
  if (!isa<arith::FPToSIOp, arith::FPToUIOp>(op))
    return {};
  bool isSigned = isa<arith::FPToSIOp>(op);
  Type type = withElement(value.getType(), op->getResult(0).getType());
  unsigned width = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  auto real = [&](llvm::APFloat number) -> Value {
    TypedAttr attribute = FloatAttr::get(getElementTypeOrSelf(value), number);
    if (auto vector = dyn_cast<VectorType>(value.getType()))
      attribute = DenseElementsAttr::get(vector, Attribute(attribute));
    return arith::ConstantOp::create(builder, loc, attribute);
  };
  auto integer = [&](llvm::APInt number) -> Value {
    TypedAttr attribute = IntegerAttr::get(getElementTypeOrSelf(type), number);
    if (auto vector = dyn_cast<VectorType>(type))
      attribute = DenseElementsAttr::get(vector, Attribute(attribute));
    return arith::ConstantOp::create(builder, loc, attribute);
  };
  auto select = [&](arith::CmpFPredicate predicate, Value a, Value b, Value yes, Value no) -> Value {
    return arith::SelectOp::create(builder, loc, arith::CmpFOp::create(builder, loc, predicate, a, b), yes, no);
  };
  const llvm::fltSemantics &semantics = cast<FloatType>(getElementTypeOrSelf(value)).getFloatSemantics();
  llvm::APFloat end = scalbn(llvm::APFloat(semantics, 1), width - isSigned, llvm::RoundingMode::TowardZero);
  llvm::APFloat first = isSigned ? -end : llvm::APFloat::getZero(semantics), last = end;
  last.next(/*nextDown=*/true);
  Value least = real(first), most = real(last);
  Value within = select(arith::CmpFPredicate::OGT, value, least, value, least);
  within = select(arith::CmpFPredicate::OLT, within, most, within, most);
  Value whole = isSigned ? arith::FPToSIOp::create(builder, loc, type, within).getResult()
                         : arith::FPToUIOp::create(builder, loc, type, within).getResult();
  llvm::APInt largest = isSigned ? llvm::APInt::getSignedMaxValue(width) : llvm::APInt::getMaxValue(width);
  whole = select(arith::CmpFPredicate::OGE, value, real(end), integer(largest), whole);
  return select(arith::CmpFPredicate::UNO, value, value, integer(llvm::APInt(width, 0)), whole);
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
