// Corners of scalar operations that NumPy has no word for, and that every scalar operation is known.
#include "compiler/reference/scalars/ScalarProgram.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "test/unit/reference/InterpreterFixture.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

namespace llmc::reference::test {
namespace {

constexpr double inf = INFINITY, nan = NAN;

class ScalarTest : public InterpreterTest {
protected:
  /// Maps one scalar line with %a, which gives %s, over a tensor.
  Tensor map(std::string from, std::string to, std::string line, Tensor input) {
    return result("func.func @f(%0: tensor<?x" + from + ">) -> tensor<?x" + to +
                      "> {\n%r = llmc.map (%a = %0 : tensor<?x" + from + ">) -> tensor<?x" + to + "> {\n" + line +
                      "\nllmc.yield %s : " + to + "\n}\nreturn %r : tensor<?x" + to + ">\n}",
                  {input});
  }
};

TEST_F(ScalarTest, floatsOutOfRangeBecomeTheNearestInteger) {
  Tensor x = floats({7}, {2.9, -2.9, inf, nan, -inf, 3e9, 1e20});
  double most = 0x1p31 - 1;
  EXPECT_EQ(numbers(map("f32", "i32", "%s = arith.fptosi %a : f32 to i32", x)),
            (Numbers{2, -2, most, 0, -0x1p31, most, most}));
  EXPECT_EQ(numbers(map("f32", "i64", "%s = arith.fptosi %a : f32 to i64", x)),
            (Numbers{2, -2, 0x1p63, 0, -0x1p63, 3e9, 0x1p63}));
  EXPECT_EQ(numbers(map("f32", "i8", "%s = arith.fptosi %a : f32 to i8", floats({4}, {127, 130, -129, nan}))),
            (Numbers{127, 127, -128, 0}));
  // Read as signed numbers, the upper half of the unsigned ones is negative.
  EXPECT_EQ(numbers(map("f32", "i32", "%s = arith.fptoui %a : f32 to i32", floats({4}, {4e9, -1, 0x1p32, nan}))),
            (Numbers{4e9 - 0x1p32, 0, -1, 0}));
  EXPECT_EQ(numbers(map("f32", "i64", "%s = arith.fptoui %a : f32 to i64", floats({4}, {0x1p63, 5, 0x1p64, -inf}))),
            (Numbers{-0x1p63, 5, -1, 0}));
  EXPECT_EQ(numbers(map("f32", "i8", "%s = arith.fptoui %a : f32 to i8", floats({3}, {255.5, 256, -0.5}))),
            (Numbers{-1, -1, 0}));
}

TEST_F(ScalarTest, nothingTraps) {
  std::string zero = "%z = arith.constant 0 : i32\n", minusOne = "%z = arith.constant -1 : i32\n";
  Tensor x = tensor<int32_t>("i32", {2}, {-0x1p31, 7});
  for (std::string op : {"divsi", "remsi", "divui", "remui", "floordivsi", "ceildivsi", "ceildivui"})
    EXPECT_EQ(numbers(map("i32", "i32", zero + "%s = arith." + op + " %a, %z : i32", x)), (Numbers{0, 0})) << op;
  EXPECT_EQ(numbers(map("i32", "i32", minusOne + "%s = arith.divsi %a, %z : i32", x)), (Numbers{-0x1p31, -7}));
  EXPECT_EQ(numbers(map("i32", "i32", minusOne + "%s = arith.remsi %a, %z : i32", x)), (Numbers{0, 0}));
}

TEST_F(ScalarTest, shiftsByTheWidthOrMore) {
  Tensor x = tensor<int8_t>("i8", {3}, {-128, -1, 65});
  auto shift = [&](std::string op, int by) {
    std::string amount = "%n = arith.constant " + std::to_string(by) + " : i8\n";
    return numbers(map("i8", "i8", amount + "%s = arith." + op + " %a, %n : i8", x));
  };
  EXPECT_EQ(shift("shli", 1), (Numbers{0, -2, -126}));
  EXPECT_EQ(shift("shli", 8), (Numbers{0, 0, 0}));
  EXPECT_EQ(shift("shrui", 1), (Numbers{64, 127, 32}));
  EXPECT_EQ(shift("shrui", 9), (Numbers{0, 0, 0}));
  EXPECT_EQ(shift("shrsi", 1), (Numbers{-64, -1, 32}));
  EXPECT_EQ(shift("shrsi", 100), (Numbers{-1, -1, 0}));
}

TEST_F(ScalarTest, boolsAreNumbersOfOneBit) {
  Tensor x = tensor<bool>("i1", {2}, {0, 1});
  EXPECT_EQ(numbers(map("i1", "i32", "%s = arith.extsi %a : i1 to i32", x)), (Numbers{0, -1}));
  EXPECT_EQ(numbers(map("i1", "i32", "%s = arith.extui %a : i1 to i32", x)), (Numbers{0, 1}));
  EXPECT_EQ(numbers(map("i1", "f32", "%s = arith.uitofp %a : i1 to f32", x)), (Numbers{0, 1}));
  std::string one = "%t = arith.constant true\n";
  EXPECT_EQ(numbers(map("i1", "i1", one + "%s = arith.addi %a, %t : i1", x)), (Numbers{1, 0}));
  EXPECT_EQ(numbers(map("i1", "i1", one + "%s = arith.cmpi slt, %t, %a : i1", x)), (Numbers{1, 0}));
  EXPECT_EQ(numbers(map("i1", "i1", one + "%s = arith.cmpi ult, %a, %t : i1", x)), (Numbers{1, 0}));
}

TEST_F(ScalarTest, roundsAfterEachHalfPrecisionOperation) {
  // 2048 + 1 is not an f16; (2048 + 1) + 1 is 2048 when each sum is rounded.
  std::string line = "%one = arith.constant 1.0 : f16\n%t = arith.addf %a, %one : f16\n%s = arith.addf %t, %one : f16";
  Tensor x = llvm::cantFail(Tensor::allocate(mlir::Float16Type::get(&context), {1}));
  x.mutableValues<Float16>()[0] = Float16(2048.0f);
  EXPECT_EQ(numbers(map("f16", "f16", line, x)), (Numbers{2048}));
  std::string brain = "%b = arith.truncf %a : f32 to bf16\n%s = arith.extf %b : bf16 to f32";
  EXPECT_EQ(numbers(map("f32", "f32", brain, floats({2}, {257, 1.5}))), (Numbers{256, 1.5}));
}

TEST_F(ScalarTest, powersAndBits) {
  Tensor x = tensor<int32_t>("i32", {3}, {-3, 0, 2});
  std::string cube = "%n = arith.constant 3 : i32\n%s = math.ipowi %a, %n : i32";
  EXPECT_EQ(numbers(map("i32", "i32", cube, x)), (Numbers{-27, 0, 8}));
  std::string square = "%n = arith.constant -2 : i32\n%s = math.fpowi %a, %n : f32, i32";
  EXPECT_EQ(numbers(map("f32", "f32", square, floats({2}, {2, -0.5}))), (Numbers{0.25, 4}));
  EXPECT_EQ(numbers(map("f32", "i32", "%s = arith.bitcast %a : f32 to i32", floats({1}, {1}))), (Numbers{0x3f800000}));
  EXPECT_EQ(numbers(map("i32", "i32", "%s = math.absi %a : i32", x)), (Numbers{3, 0, 2}));
}

/// Operations of arith and math that have no meaning here, because nothing produces them.
const llvm::StringSet<> &knownGaps() {
  static const llvm::StringSet<> names = {
      "arith.addui_extended",
      "arith.mulsi_extended",
      "arith.mului_extended", // two results
      "arith.scaling_extf",
      "arith.scaling_truncf", // types below 8 bits
      "math.sincos",
      "math.ctlz",
      "math.cttz",
      "math.ctpop",
      "math.isnormal",
  };
  return names;
}

bool isKnown(mlir::OperationName name, mlir::Type from, unsigned operands, mlir::Type to) {
  mlir::Location location = mlir::UnknownLoc::get(from.getContext());
  mlir::Block block;
  for (unsigned i = 0; i < operands; ++i) // fpowi takes an integer behind a float
    block.addArgument(
        i == 1 && name.getStringRef() == "math.fpowi" ? mlir::IntegerType::get(from.getContext(), 32) : from, location);
  mlir::OperationState state(location, name);
  state.addOperands(block.getArguments());
  state.addTypes(to);
  mlir::Operation *op = mlir::Operation::create(state);
  auto program = ScalarProgram::compile(op);
  bool known = static_cast<bool>(program);
  llvm::consumeError(program.takeError());
  op->destroy();
  return known;
}

TEST_F(ScalarTest, everyScalarOperationIsKnown) {
  context.loadAllAvailableDialects();
  mlir::OpBuilder builder(&context);
  mlir::Type types[] = {builder.getF32Type(), builder.getI32Type(),   builder.getI64Type(),
                        builder.getI1Type(),  builder.getIndexType(), builder.getF64Type()};
  for (mlir::RegisteredOperationName name : context.getRegisteredOperations()) {
    llvm::StringRef space = name.getDialectNamespace();
    if ((space != "arith" && space != "math") || knownGaps().contains(name.getStringRef()))
      continue;
    if (name.getStringRef() == "arith.constant" || name.getStringRef() == "arith.cmpi" ||
        name.getStringRef() == "arith.cmpf")
      continue; // they need attributes; other tests use them
    unsigned operands = name.hasTrait<mlir::OpTrait::OneOperand>()           ? 1
                        : name.hasTrait<mlir::OpTrait::NOperands<2>::Impl>() ? 2
                                                                             : 3;
    // Some choice of types must be understood.
    bool known = false;
    for (mlir::Type from : types)
      for (mlir::Type to : types)
        known = known || isKnown(name, from, operands, to);
    EXPECT_TRUE(known) << name.getStringRef().str();
  }
}

} // namespace
} // namespace llmc::reference::test
