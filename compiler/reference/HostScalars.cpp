// Operations of other dialects that stand among those of llmc.
#include "compiler/reference/HostScalars.h"
#include "compiler/reference/scalars/ScalarProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;

namespace llmc::reference {
namespace {

llvm::Error evaluateDim(tensor::DimOp op, Evaluation &evaluation) {
  const Tensor &source = evaluation.operands[0];
  int64_t axis = evaluation.operands[1].integer(0);
  if (axis < 0 || axis >= source.rank())
    return evaluation.fail("asks for axis " + Twine(axis) + " of a tensor of rank " + Twine(source.rank()));
  evaluation.result = Tensor::scalar(op.getType(), source.size(axis));
  return llvm::Error::success();
}

llvm::Error evaluateExtract(tensor::ExtractOp op, Evaluation &evaluation) {
  const Tensor &source = evaluation.operands[0];
  auto strides = rowMajorStrides(source.shape());
  int64_t position = 0;
  for (auto [axis, tensor] : llvm::enumerate(evaluation.operands.drop_front())) {
    int64_t index = tensor.integer(0);
    if (index < 0 || index >= source.size(axis))
      return evaluation.fail("reads element " + Twine(index) + " of axis " + Twine(axis) + " of size " +
                             Twine(source.size(axis)));
    position += index * strides[axis];
  }
  auto room = Tensor::allocate(source.elementType(), {});
  if (!room)
    return room.takeError();
  int64_t each = elementBytes(source.kind());
  std::memcpy(room->mutableBytes().data(), source.bytes().data() + position * each, each);
  evaluation.result = std::move(*room);
  return llvm::Error::success();
}

llvm::Error evaluateFromElements(tensor::FromElementsOp op, Evaluation &evaluation) {
  RankedTensorType type = op.getType();
  auto room = Tensor::allocate(type.getElementType(), type.getShape());
  if (!room)
    return evaluation.fail(llvm::toString(room.takeError()));
  char *target = room->mutableBytes().data();
  for (const Tensor &element : evaluation.operands) {
    llvm::copy(element.bytes(), target);
    target += element.byteCount();
  }
  evaluation.result = std::move(*room);
  return llvm::Error::success();
}

llvm::Error evaluateCast(tensor::CastOp op, Evaluation &evaluation) {
  const Tensor &source = evaluation.operands[0];
  auto type = dyn_cast<RankedTensorType>(op.getType());
  if (type &&
      (type.getRank() != source.rank() || llvm::any_of(llvm::zip(type.getShape(), source.shape()), [](auto sizes) {
         auto [declared, size] = sizes;
         return !ShapedType::isDynamic(declared) && declared != size;
       })))
    return evaluation.fail("casts a tensor of sizes " + shapeText(source.shape()) + " to another shape");
  evaluation.result = source;
  return llvm::Error::success();
}

llvm::Error evaluateConstant(arith::ConstantOp op, Evaluation &evaluation) {
  if (auto elements = dyn_cast<ElementsAttr>(op.getValue())) {
    auto tensor = Tensor::fromAttribute(elements);
    if (!tensor)
      return evaluation.fail(llvm::toString(tensor.takeError()));
    evaluation.result = std::move(*tensor);
    return llvm::Error::success();
  }
  APInt bits;
  if (auto integer = dyn_cast<IntegerAttr>(op.getValue()))
    bits = integer.getValue();
  else if (auto number = dyn_cast<FloatAttr>(op.getValue()))
    bits = number.getValue().bitcastToAPInt();
  if (!elementKind(op.getType()))
    return evaluation.fail("has a type that can't be computed");
  evaluation.result = Tensor::scalar(op.getType(), static_cast<int64_t>(bits.getZExtValue()));
  return llvm::Error::success();
}

/// The meaning of a scalar operation is the one that it has in regions: a program of one step, run
/// on one element.
llvm::Error evaluateArithmetic(Evaluation &evaluation) {
  auto program = ScalarProgram::compile(evaluation.op);
  if (!program)
    return evaluation.fail(llvm::toString(program.takeError()));
  auto registers = program->makeRegisters();
  for (auto [i, operand] : llvm::enumerate(evaluation.operands))
    llvm::copy(operand.bytes(), program->argument(registers, i));
  program->run(registers, 1);
  evaluation.result = Tensor::scalar(evaluation.op->getResult(0).getType(), 0);
  std::memcpy(evaluation.result.mutableBytes().data(), program->result(registers), evaluation.result.byteCount());
  return llvm::Error::success();
}

} // namespace

llvm::Error evaluateHostScalar(Evaluation &evaluation) {
  return llvm::TypeSwitch<Operation *, llvm::Error>(evaluation.op)
      .Case<tensor::DimOp>([&](auto op) { return evaluateDim(op, evaluation); })
      .Case<tensor::ExtractOp>([&](auto op) { return evaluateExtract(op, evaluation); })
      .Case<tensor::FromElementsOp>([&](auto op) { return evaluateFromElements(op, evaluation); })
      .Case<tensor::CastOp>([&](auto op) { return evaluateCast(op, evaluation); })
      .Case<arith::ConstantOp>([&](auto op) { return evaluateConstant(op, evaluation); })
      .Default([&](Operation *op) -> llvm::Error {
        if (isa<arith::ArithDialect, math::MathDialect>(op->getDialect()))
          return evaluateArithmetic(evaluation);
        return evaluation.fail("can't be interpreted");
      });
}

} // namespace llmc::reference

llvm::Error llmc::ir::GeluOp::evaluate(reference::Evaluation &evaluation) {
  return reference::evaluateArithmetic(evaluation);
}
