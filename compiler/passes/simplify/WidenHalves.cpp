// What computes with f16 or bf16 computes in f32; what is stored keeps its type. Operations are visited in order, so
// that operands have been decided when it is an operation's turn.
#include "compiler/ir/Blocks.h"
#include "compiler/ir/FloatMaps.h"
#include "compiler/ir/Halves.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/passes/simplify/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;

namespace llmc::passes {
#define GEN_PASS_DEF_WIDENHALVES
#include "compiler/passes/simplify/Passes.h.inc"

namespace {

bool isHalf(Type type) { return ir::isHalf(getElementTypeOrSelf(type)); }

/// A scalar or tensor type with f32 in place of what it has.
Type widened(Type type) {
  Type f32 = Float32Type::get(type.getContext());
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor ? Type(tensor.clone(f32)) : f32;
}

/// Numbers of f16 or bf16 as those of f32, which holds them all; other attributes as they are.
Attribute widened(Attribute attribute) {
  auto widen = [](APFloat number) {
    bool isInexact;
    number.convert(APFloat::IEEEsingle(), APFloat::rmNearestTiesToEven, &isInexact);
    return number;
  };
  if (auto number = dyn_cast<FloatAttr>(attribute); number && isHalf(number.getType()))
    return FloatAttr::get(widened(number.getType()), widen(number.getValue()));
  auto numbers = dyn_cast<DenseFPElementsAttr>(attribute);
  if (!numbers || !isHalf(numbers.getType()))
    return attribute;
  auto bits = [&](const APFloat &number) { return widen(number).bitcastToAPInt(); };
  return numbers.mapValues(Float32Type::get(attribute.getContext()), bits);
}

void widenAttributes(Operation *op) {
  for (NamedAttribute named : op->getAttrs())
    if (Attribute wide = widened(named.getValue()); wide != named.getValue())
      op->setAttr(named.getName(), wide);
}

/// What is converted to a half, which a model asks for by name, is rounded as it says.
void widenConversion(Operation *op) {
  OpBuilder builder(op->getContext());
  builder.setInsertionPointAfter(op);
  Value result = op->getResult(0);
  auto wide = arith::ExtFOp::create(builder, op->getLoc(), builder.getF32Type(), result);
  result.replaceAllUsesExcept(wide, wide);
}

/// Whether a result may be something between two halves, and which of them is the model's own say.
bool rounds(Operation *op) {
  constexpr unsigned exactBits = 8; // whole numbers that f16 and bf16 hold
  if (isa<arith::SIToFPOp, arith::UIToFPOp>(op))
    return op->getOperand(0).getType().getIntOrFloatBitWidth() > exactBits;
  return isa<arith::TruncFOp>(op);
}

void widenScalars(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    widenAttributes(&op);
    if (op.getNumResults() == 1 && isHalf(op.getResult(0).getType())) {
      if (rounds(&op))
        widenConversion(&op);
      else
        op.getResult(0).setType(widened(op.getResult(0).getType()));
    }
    if (isa<arith::ExtFOp>(op) && op.getOperand(0).getType() == op.getResult(0).getType()) {
      op.getResult(0).replaceAllUsesWith(op.getOperand(0));
      op.erase();
    }
  }
}

/// Whether an operation may compute in f32: nothing in it depends on the bits of a float or on how they lie in panels,
/// and it is no product of 16 bits that someone asked for.
bool canWiden(Operation *op) {
  if (!isa_and_nonnull<ir::LlmcDialect>(op->getDialect()) ||
      isa<ir::KernelOp, ir::DecodeOp, ir::PackedMatmulOp, ir::BlockMatmulOp, ir::CodedMatmulOp>(op))
    return false;
  if (auto product = dyn_cast<ir::MatmulOp>(op); product && product.getWide())
    return false;
  return !op->walk([](arith::BitcastOp) { return WalkResult::interrupt(); }).wasInterrupted();
}

/// Whether it is a weight, moved or as it is.
bool isStoredWeight(Value tensor) {
  while (auto move = tensor.getDefiningOp<ir::MovementInterface>())
    tensor = move->getOperand(0);
  return isa_and_nonnull<ir::GetWeightOp>(tensor.getDefiningOp());
}

struct WidenHalvesPass : impl::WidenHalvesBase<WidenHalvesPass> {
  using WidenHalvesBase::WidenHalvesBase;

  void runOnOperation() override {
    narrowTypes.clear();
    for (Block *block : ir::tensorBlocks(getOperation()))
      for (Operation &op : llvm::make_early_inc_range(*block))
        visit(&op);
  }

private:
  void visit(Operation *op) {
    if (isa<ir::GetWeightOp, ir::ShapeOp, ir::SizeOp>(op)) // sizes are none of its elements' concern
      return;
    bool isStored = llvm::any_of(op->getOperandTypes(), isHalf);
    bool isWidened = llvm::any_of(op->getOperands(), [&](Value operand) { return narrowTypes.contains(operand); });
    if (!isStored && !isWidened && llvm::none_of(op->getResultTypes(), isHalf))
      return;
    if (!canWiden(op) || (isa<ir::MovementInterface>(op) && isStored))
      narrowOperands(op);
    else
      compute(op);
  }

  /// As the model says, for those who store them.
  void narrowOperands(Operation *op) {
    OpBuilder builder(op);
    for (OpOperand &operand : op->getOpOperands())
      if (Type type = narrowTypes.lookup(operand.get()))
        operand.set(ir::convertEach<arith::TruncFOp>(builder, op->getLoc(), operand.get(), type));
  }

  void compute(Operation *op) {
    widenAttributes(op);
    widenOperands(op);
    for (Region &region : op->getRegions()) {
      for (BlockArgument argument : region.getArguments())
        if (isHalf(argument.getType()))
          argument.setType(widened(argument.getType()));
      if (auto map = dyn_cast<ir::MapOp>(op))
        widenArguments(map);
      widenScalars(region.front());
    }
    for (Value result : op->getResults())
      if (isHalf(result.getType())) {
        remember(result);
        result.setType(widened(result.getType()));
      }
    ++numWidened;
  }

  void remember(Value result) {
    Type type = getElementTypeOrSelf(result.getType());
    narrowTypes[result] = type;
    getOperation()->setAttr(ir::kHalvesAttr, TypeAttr::get(type));
  }

  /// Weights stay where an operation widens them as it reads.
  static bool readsHalves(OpOperand &operand) {
    bool isMatrix = cast<RankedTensorType>(operand.get().getType()).getRank() == 2;
    bool isRight = isa<ir::MatmulOp>(operand.getOwner()) && operand.getOperandNumber() == 1 && isMatrix;
    return (isRight || isa<ir::MapOp>(operand.getOwner())) && isStoredWeight(operand.get());
  }

  void widenOperands(Operation *op) {
    OpBuilder builder(op);
    for (OpOperand &operand : op->getOpOperands())
      if (isHalf(operand.get().getType()) && !readsHalves(operand))
        operand.set(ir::convertEach<arith::ExtFOp>(builder, op->getLoc(), operand.get(), builder.getF32Type()));
  }

  /// Elements of weights, which a map reads as they are.
  void widenArguments(ir::MapOp map) {
    OpBuilder builder = OpBuilder::atBlockBegin(&map.getBody().front());
    for (auto [argument, operand] : llvm::zip(map.getBody().getArguments(), map.getInputs())) {
      Type element = getElementTypeOrSelf(operand.getType());
      if (!isHalf(element))
        continue;
      argument.setType(element);
      auto wide = arith::ExtFOp::create(builder, map.getLoc(), builder.getF32Type(), argument);
      argument.replaceAllUsesExcept(wide, wide);
    }
  }

  DenseMap<Value, Type> narrowTypes; // that the model gave to what computes in f32 now
};

} // namespace
} // namespace llmc::passes
