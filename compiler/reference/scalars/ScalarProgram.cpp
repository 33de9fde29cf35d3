// Chooses registers and steps. Each value of the region has a register of its own; constants are
// laid down once.
#include "compiler/reference/scalars/ScalarProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace llmc::reference {

static ScalarKernel findKernel(Operation *op, ScalarTypes types) {
  for (auto find : {findIntegerKernel, findFloatKernel, findMathKernel, findCastKernel})
    if (ScalarKernel kernel = find(op, types))
      return kernel;
  return nullptr;
}

static llvm::Error unsupported(Operation *op) {
  return llvm::createStringError("'" + op->getName().getStringRef() + "' on these types can't be computed");
}

ElementKind ScalarProgram::kindIn(Type type) const {
  ElementKind kind = elementKind(type).value_or(ElementKind::I8);
  return inDouble && isFloat(kind) ? ElementKind::F64 : kind;
}

int ScalarProgram::addArgument(Value value, bool wide) {
  int given = newRegister();
  ElementKind kind = *elementKind(value.getType()), computed = kindIn(value.getType());
  arguments.push_back(given);
  argumentKinds.push_back(wide ? computed : kind);
  registerOf[value] = given;
  if (kind == computed || wide)
    return given;
  registerOf[value] = newRegister();
  steps.push_back({floatConversion(kind, computed), registerOf[value], {given, given, given}});
  return given;
}

llvm::Error ScalarProgram::addConstant(Operation *op) {
  auto value = cast<arith::ConstantOp>(op).getValue();
  Constant constant = {newRegister(), elementBytes(kindIn(op->getResult(0).getType())), 0};
  if (auto integer = dyn_cast<IntegerAttr>(value)) {
    constant.bits = integer.getValue().getZExtValue();
  } else if (auto number = dyn_cast<FloatAttr>(value)) {
    APInt bits = number.getValue().bitcastToAPInt();
    constant.bits = bits.getZExtValue();
    if (kindIn(op->getResult(0).getType()) == ElementKind::F64)
      constant.bits = APFloat(number.getValueAsDouble()).bitcastToAPInt().getZExtValue();
  } else {
    return unsupported(op);
  }
  registerOf[op->getResult(0)] = constant.target;
  constants.push_back(constant);
  return llvm::Error::success();
}

llvm::Error ScalarProgram::addStep(Operation *op) {
  for (Type type : llvm::concat<const Type>(op->getOperandTypes(), op->getResultTypes()))
    if (!elementKind(type))
      return unsupported(op);
  if (op->getNumResults() != 1 || op->getNumOperands() > 3)
    return unsupported(op);
  if (isa<arith::ConstantOp>(op))
    return addConstant(op);
  if (op->getNumOperands() == 0)
    return unsupported(op);
  Type result = op->getResult(0).getType();
  ScalarKernel kernel = findKernel(op, {kindIn(op->getOperand(0).getType()), kindIn(result)});
  if (!kernel)
    return unsupported(op);
  Step step = {kernel, newRegister(), {0, 0, 0}};
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto found = registerOf.find(operand);
    if (found == registerOf.end())
      return llvm::createStringError("a scalar comes from outside its region");
    step.operands[i] = found->second;
  }
  registerOf[op->getResult(0)] = step.result;
  steps.push_back(step);
  return llvm::Error::success();
}

llvm::Expected<ScalarProgram> ScalarProgram::compile(Block &block, bool inDouble) {
  ScalarProgram program;
  // Bits have a meaning only in the type that the region names.
  bool readsBits = llvm::any_of(block, [](Operation &op) { return isa<arith::BitcastOp>(op); });
  program.inDouble = inDouble && !readsBits;
  for (BlockArgument argument : block.getArguments()) {
    if (!elementKind(argument.getType()))
      return llvm::createStringError("a scalar of this type can't be computed");
    // The first argument of a widened program is the value so far, which stays wide.
    program.addArgument(argument, program.inDouble && argument.getArgNumber() == 0);
  }
  for (Operation &op : block.without_terminator())
    if (auto error = program.addStep(&op))
      return error;
  if (block.getTerminator()->getNumOperands() != 1)
    return llvm::createStringError("a scalar region must yield one value");
  Value yielded = block.getTerminator()->getOperand(0);
  auto found = program.registerOf.find(yielded);
  if (found == program.registerOf.end())
    return llvm::createStringError("a scalar region yields a value from outside");
  program.resultRegister = found->second;
  program.kindOfResult = program.kindIn(yielded.getType());
  program.registerOf.clear();
  return program;
}

llvm::Expected<ScalarProgram> ScalarProgram::compile(Operation *op) {
  ScalarProgram program;
  for (Value operand : op->getOperands()) {
    if (!elementKind(operand.getType()))
      return unsupported(op);
    int given = program.addArgument(operand, false);
    program.registerOf[operand] = given; // an operand may come twice; both registers hold it
  }
  if (auto error = program.addStep(op))
    return error;
  program.resultRegister = program.registerOf[op->getResult(0)];
  program.kindOfResult = program.kindIn(op->getResult(0).getType());
  program.registerOf.clear();
  return program;
}

ScalarProgram::Registers ScalarProgram::makeRegisters() const {
  Registers registers(registerCount * kBlock);
  for (const Constant &constant : constants)
    for (int64_t i = 0; i < kBlock; ++i)
      std::memcpy(at(registers, constant.target) + i * constant.bytes, &constant.bits, constant.bytes);
  return registers;
}

void ScalarProgram::run(Registers &registers, int64_t count) const {
  for (const Step &step : steps) {
    const void *operands[] = {at(registers, step.operands[0]), at(registers, step.operands[1]),
                              at(registers, step.operands[2])};
    step.kernel(operands, at(registers, step.result), count);
  }
}

} // namespace llmc::reference
