// Loads, stores, maps, and the arithmetic on positions.
#include "compiler/codegen/kernel/ElementEmitter.h"
#include "compiler/codegen/kernel/ScalarRegion.h"
#include "compiler/ir/ElementTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace mlir;

namespace llmc::codegen {

/// Bools take a byte in memory.
static Type memoryType(Type elementType) {
  return elementType.isInteger(1) ? IntegerType::get(elementType.getContext(), 8) : elementType;
}

Value ElementEmitter::emit(Value tensor, const Position &position) {
  for (const Bound &known : bound)
    if (known.anchor == tensor) {
      assert(known.position == position && "an epilogue reads its anchor only where it stands");
      return known.value;
    }
  if (Value pointer = frame.addressOf(tensor))
    return loadAt(pointer, getElementTypeOrSelf(tensor), linearize(frame.extents(tensor), position));
  Operation *op = tensor.getDefiningOp();
  // What has no operands may be shared by nodes from all over the model: it is at the place of who asks for it.
  llvm::SaveAndRestore here(loc, op->getNumOperands() ? op->getLoc() : loc);
  return llvm::TypeSwitch<Operation *, Value>(op)
      .Case([&](ir::MapOp op) { return emitMap(op, position); })
      .Case([&](ir::ConstantOp op) { return emitConstant(op); })
      .Case([&](ir::MovementInterface op) { return emitMovement(op, position); })
      .Case([&](ir::IotaOp) { return emitIota(position); })
      .Case([&](ir::ShapeOp op) { return emitShape(op, position); })
      .Default(
          [](Operation *) -> Value { llvm_unreachable("kernels hold nothing else, and loops bind their anchor"); });
}

//===--- leaves --------------------------------------------------------------------------------------------------===//

Index ElementEmitter::linearize(const ir::DimVector &dims, const Position &position) {
  Index linear = uniform(0);
  ir::DimExpr stride = 1;
  for (size_t axis = dims.size(); axis-- > 0;) {
    if (!dims[axis].isConstant(1))
      linear = add(linear, stride.isConstant(1) ? position[axis] : multiply(position[axis], frame.size(stride)));
    stride = stride * dims[axis];
  }
  return linear;
}

Value elementAddress(OpBuilder &builder, Location loc, Value pointer, Type type, Value linear) {
  Type pointerType = pointer.getType();
  Type word = builder.getI64Type();
  if (auto vector = dyn_cast<VectorType>(linear.getType())) {
    pointerType = VectorType::get(vector.getShape(), pointerType);
    word = VectorType::get(vector.getShape(), word);
  }
  Value offset = arith::IndexCastOp::create(builder, loc, word, linear);
  return LLVM::GEPOp::create(builder, loc, pointerType, type, pointer, ArrayRef<LLVM::GEPArg>{offset});
}

Value ElementEmitter::address(Value pointer, Type type, Value linear) {
  return elementAddress(builder, loc, pointer, type, linear);
}

Value ElementEmitter::loadAt(Value pointer, Type element, const Index &linear) {
  Type type = memoryType(element);
  Value value = loadVector(pointer, type, linear);
  if (element.isInteger(1)) {
    Value none = zero(type, isa<VectorType>(value.getType()));
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, value, none);
  }
  return convertToCompute(builder, loc, value);
}

/// What elements are moved as. LLVM takes masked vectors of bf16 apart by converting each element to f32 and back,
/// which may quiet a NaN and calls a function that no artefact has.
static Type carrierOf(Type type) { return type.isBF16() ? IntegerType::get(type.getContext(), 16) : type; }

static Value bitcastElements(OpBuilder &builder, Location loc, Value value, Type element) {
  auto vector = dyn_cast<VectorType>(value.getType());
  Type type = vector ? Type(VectorType::get(vector.getShape(), element)) : element;
  return type == value.getType() ? value : Value(LLVM::BitcastOp::create(builder, loc, type, value));
}

Value ElementEmitter::loadVector(Value pointer, Type element, const Index &linear) {
  Type type = carrierOf(element);
  return bitcastElements(builder, loc, loadCarriers(pointer, type, linear), element);
}

Value ElementEmitter::loadCarriers(Value pointer, Type type, const Index &linear) {
  unsigned align = ir::elementBytes(type);
  if (lanes == 1 || linear.isUniform())
    // What all lanes share is read whatever the mask says: rows exist, and under a condition some lane is on.
    return LLVM::LoadOp::create(builder, loc, type, address(pointer, type, linear.base), align);
  auto vector = VectorType::get({lanes}, type);
  if (linear.step == 1 && !linear.isVector()) {
    Value place = address(pointer, type, linear.base);
    if (!mask)
      return LLVM::LoadOp::create(builder, loc, vector, place, align);
    return LLVM::MaskedLoadOp::create(builder, loc, vector, place, mask, zero(type, true), align);
  }
  Value places = address(pointer, type, asVector(linear));
  return LLVM::masked_gather::create(builder, loc, vector, places, activeLanes(), ValueRange{zero(type, true)}, align);
}

void ElementEmitter::storeResults(const Position &position) {
  ArrayRef<Result> results = frame.results();
  SmallVector<Position> places;
  SmallVector<Value> values;
  for (const Result &result : results) {
    Position &place = places.emplace_back();
    for (int64_t axis : result.axes)
      place.push_back(position[axis]);
    values.push_back(emit(result.tensor, place));
  }
  for (auto [result, place, value] : llvm::zip(results, places, values))
    storeAt(result.pointer, getElementTypeOrSelf(result.tensor), linearize(frame.extents(result.tensor), place), value);
}

void ElementEmitter::storeAt(Value pointer, Type element, const Index &linear, Value value) {
  Type type = memoryType(element);
  if (lanes > 1)
    value = broadcastToLanes(value);
  if (element.isInteger(1))
    value = arith::ExtUIOp::create(builder, loc, lanes > 1 ? Type(VectorType::get({lanes}, type)) : type, value);
  else
    value = convertToStorage(builder, loc, value, element);
  type = carrierOf(type);
  value = bitcastElements(builder, loc, value, type);
  unsigned align = ir::elementBytes(type);
  if (lanes == 1) {
    LLVM::StoreOp::create(builder, loc, value, address(pointer, type, linear.base), align);
  } else if (linear.step == 1 && !linear.isVector()) {
    Value place = address(pointer, type, linear.base);
    if (mask)
      LLVM::MaskedStoreOp::create(builder, loc, value, place, mask, align);
    else
      LLVM::StoreOp::create(builder, loc, value, place, align);
  } else {
    LLVM::masked_scatter::create(builder, loc, value, address(pointer, type, asVector(linear)), activeLanes(), align);
  }
}

Value ElementEmitter::addressOf(Value tensor, const Position &position) {
  Value linear = linearize(frame.extents(tensor), position).base;
  return address(frame.addressOf(tensor), memoryType(getElementTypeOrSelf(tensor)), linear);
}

Value ElementEmitter::loadBits(Value tensor, const Position &position, Type type) {
  unsigned align = ir::elementBytes(getElementTypeOrSelf(tensor));
  return LLVM::LoadOp::create(builder, loc, type, addressOf(tensor, position), align);
}

void ElementEmitter::prefetch(Value tensor, const Position &position, Nearness nearness) {
  constexpr unsigned read = 0, data = 1;
  LLVM::Prefetch::create(builder, loc, addressOf(tensor, position), read, static_cast<unsigned>(nearness), data);
}

Value ElementEmitter::emitConstant(ir::ConstantOp op) {
  auto elements = cast<DenseElementsAttr>(op.getValue());
  assert(elements.isSplat() && "kernel formation leaves only splats inside kernels");
  auto scalar = elements.getSplatValue<TypedAttr>();
  return convertToCompute(builder, loc, arith::ConstantOp::create(builder, loc, scalar));
}

//===--- maps ----------------------------------------------------------------------------------------------------===//

Position ElementEmitter::broadcastPosition(Value operand, const ir::DimVector &dims, const Position &position) {
  ir::DimVector sizes = frame.dims(operand);
  Position result;
  for (size_t axis = 0; axis < sizes.size(); ++axis) {
    size_t target = dims.size() - sizes.size() + axis;
    const Index &index = position[target];
    if (sizes[axis].isConstant(1) && !dims[target].isConstant(1)) {
      result.push_back(uniform(0));
    } else if (sizes[axis] == dims[target] || sizes[axis].least() > 1) {
      result.push_back(index);
    } else { // nothing proves which: stride 0 when the size turns out to be 1
      Value size = frame.size(sizes[axis]), one = frame.constant(1), none = frame.constant(0);
      Value isOne = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq, size, one);
      Value step = arith::SelectOp::create(builder, loc, isOne, none, one);
      result.push_back(multiply(index, step));
    }
  }
  return result;
}

Position ElementEmitter::matrixPosition(Value operand, const ir::DimVector &dims, const Position &batch,
                                        const Index &row, const Index &column) {
  ir::DimVector sizes = frame.dims(operand), whole(dims.begin(), dims.end() - 2);
  whole.append(sizes.end() - 2, sizes.end());
  Position position = batch;
  position.append({row, column});
  return broadcastPosition(operand, whole, position);
}

SmallVector<Value> ElementEmitter::emitRead(ArrayRef<BlockArgument> arguments, ValueRange operands,
                                            const ir::DimVector &dims, const Position &position) {
  SmallVector<Value> elements;
  for (auto [argument, operand] : llvm::zip(arguments, operands)) {
    bool read = !argument.use_empty();
    elements.push_back(read ? emit(operand, broadcastPosition(operand, dims, position)) : Value());
  }
  return elements;
}

Value ElementEmitter::emitMap(ir::MapOp op, const Position &position) {
  ir::DimVector dims = frame.dims(op.getResult());
  SmallVector<Value> operands = emitRead(op.getBody().getArguments(), op.getInputs(), dims, position);
  return inlineScalarRegion(builder, op.getBody(), operands, lanes).front();
}

//===--- index arithmetic ----------------------------------------------------------------------------------------===//

Value ElementEmitter::lanesOf(Value scalar) { return splat(builder, loc, scalar, lanes); }

Value ElementEmitter::activeLanes() {
  if (mask)
    return mask;
  auto type = VectorType::get({lanes}, builder.getI1Type());
  return arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, true));
}

Value ElementEmitter::broadcastToLanes(Value value) {
  return isa<VectorType>(value.getType()) || lanes == 1 ? value : lanesOf(value);
}

Value ElementEmitter::asVector(const Index &a) {
  if (a.isVector())
    return a.base;
  Value base = lanesOf(a.base);
  if (a.step == 0)
    return base;
  SmallVector<int64_t> steps;
  for (int64_t lane = 0; lane < lanes; ++lane)
    steps.push_back(lane * a.step);
  auto type = VectorType::get({lanes}, builder.getIndexType());
  Value offsets = arith::ConstantOp::create(builder, loc, DenseElementsAttr::get(type, [&] {
                                              SmallVector<Attribute> values;
                                              for (int64_t step : steps)
                                                values.push_back(builder.getIndexAttr(step));
                                              return values;
                                            }()));
  return arith::AddIOp::create(builder, loc, base, offsets);
}

Index ElementEmitter::add(const Index &a, const Index &b) {
  if (!a.isVector() && !b.isVector())
    return {builder.createOrFold<arith::AddIOp>(loc, a.base, b.base), a.step + b.step};
  return {arith::AddIOp::create(builder, loc, asVector(a), asVector(b))};
}

Index ElementEmitter::multiply(const Index &a, Value factor) {
  if (a.isUniform())
    return {builder.createOrFold<arith::MulIOp>(loc, a.base, factor)};
  if (auto constant = getConstantIntValue(factor); constant && !a.isVector())
    return {builder.createOrFold<arith::MulIOp>(loc, a.base, factor), a.step * *constant};
  return {arith::MulIOp::create(builder, loc, asVector(a), lanesOf(factor))};
}

Index ElementEmitter::divide(const Index &a, const ir::DimExpr &divisor) {
  Value by = frame.size(divisor);
  if (a.isUniform())
    return {builder.createOrFold<arith::DivUIOp>(loc, a.base, by)};
  return {arith::DivUIOp::create(builder, loc, asVector(a), lanesOf(by))};
}

Index ElementEmitter::remainder(const Index &a, const ir::DimExpr &divisor) {
  Value by = frame.size(divisor);
  if (a.isUniform())
    return {builder.createOrFold<arith::RemUIOp>(loc, a.base, by)};
  return {arith::RemUIOp::create(builder, loc, asVector(a), lanesOf(by))};
}

/// least <= a < bound, as i1 or a vector of i1.
Value ElementEmitter::inRange(const Index &a, Value least, Value bound) {
  Value at = a.isUniform() ? a.base : asVector(a);
  if (!a.isUniform()) {
    least = lanesOf(least);
    bound = lanesOf(bound);
  }
  Value low = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge, at, least);
  Value high = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, at, bound);
  return arith::AndIOp::create(builder, loc, low, high);
}

Value ElementEmitter::both(Value a, Value b) {
  if (!a || !b)
    return a ? a : b;
  if (isa<VectorType>(a.getType()) != isa<VectorType>(b.getType())) {
    a = broadcastToLanes(a);
    b = broadcastToLanes(b);
  }
  return arith::AndIOp::create(builder, loc, a, b);
}

Value ElementEmitter::zero(Type elementType, bool vector) {
  Type type = vector ? Type(VectorType::get({lanes}, elementType)) : elementType;
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
}

} // namespace llmc::codegen
