// Functions as a whole: symbols, kernels, weights, host scalars, lifetimes, messages.
#include "compiler/reference/RecipeResults.h"
#include "test/unit/ir/HalvesOp.h"
#include "test/unit/reference/InterpreterFixture.h"
#include <cmath>

using namespace mlir;

namespace llmc::reference::test {
namespace {

/// Runs its region on a tensor, then on what that gave.
class TwiceOp : public Op<TwiceOp, OpTrait::OneOperand, OpTrait::OneResult, OpTrait::OneRegion, OpTrait::SingleBlock,
                          ir::EvaluateInterface::Trait> {
public:
  using Op::Op;
  static llvm::StringRef getOperationName() { return "twice.twice"; }
  static llvm::ArrayRef<llvm::StringRef> getAttributeNames() { return {}; }

  llvm::Error evaluate(Evaluation &evaluation) {
    evaluation.results = evaluation.operands.vec();
    for (int round = 0; round < 2; ++round) {
      auto results = runBlock(getOperation()->getRegion(0).front(), evaluation.results, evaluation.session);
      if (!results)
        return results.takeError();
      evaluation.results = std::move(*results);
    }
    return llvm::Error::success();
  }
};

class DoneOp
    : public Op<DoneOp, OpTrait::OneOperand, OpTrait::ZeroResults, OpTrait::ZeroRegions, OpTrait::IsTerminator> {
public:
  using Op::Op;
  static llvm::StringRef getOperationName() { return "twice.done"; }
  static llvm::ArrayRef<llvm::StringRef> getAttributeNames() { return {}; }
};

class TwiceDialect : public Dialect {
public:
  explicit TwiceDialect(MLIRContext *context) : Dialect(getDialectNamespace(), context, TypeID::get<TwiceDialect>()) {
    addOperations<TwiceOp, DoneOp>();
  }
  static llvm::StringRef getDialectNamespace() { return "twice"; }
};

TEST_F(InterpreterTest, bindsSymbolsAndEvaluatesSizes) {
  const char *text = R"(
    func.func @f(%ids: tensor<?x?xi64> {llmc.name = "ids", llmc.dims = ["batch", "seq"]},
                 %mask: tensor<?x?xi64> {llmc.name = "mask", llmc.dims = ["batch", "past + seq"]}) -> tensor<?xi64> {
      %past = llmc.size "past"
      %rows = llmc.size "2 * batch * seq"
      %a = llmc.iota [%past] : tensor<?xi64>
      %b = llmc.iota [%rows] : tensor<?xi64>
      %c = llmc.concat %a, %b axis 0 : tensor<?xi64>, tensor<?xi64> -> tensor<?xi64>
      return %c : tensor<?xi64>
    })";
  Tensor ids = longs({1, 2}, {5, 6}), mask = longs({1, 3}, {1, 1, 1});
  EXPECT_EQ(numbers(result(text, {ids, mask})), (Numbers{0, 0, 1, 2, 3}));
  EXPECT_EQ(message(text, {ids, longs({2, 2}, {1, 1, 1, 1})}), "input \"mask\", axis 0 has size 2, but batch is 1");
  EXPECT_EQ(message(text, {ids, longs({1, 1}, {1})}),
            "input \"mask\", axis 1 has size 1, but no past makes past + seq that");
  EXPECT_EQ(message(text, {ids}), "the model has 2 inputs, but 1 are given");
  EXPECT_EQ(message(text, {floats({1, 2}, {5, 6}), mask}),
            "input \"ids\" has another element type than the model declares");
  EXPECT_EQ(message(text, {longs({2}, {5, 6}), mask}), "input \"ids\" has 1 axes, but the model declares 2");
}

TEST_F(InterpreterTest, checksStaticSizesAndRanges) {
  const char *text = R"(
    func.func @f(%x: tensor<?x2xf32> {llmc.name = "x", llmc.dims = ["n", "2"]}) -> tensor<?x2xf32>
        attributes {llmc.ranges = {n = array<i64: 1, 8>}} {
      return %x : tensor<?x2xf32>
    })";
  EXPECT_EQ(numbers(result(text, {floats({1, 2}, {3, 4})})), (Numbers{3, 4}));
  EXPECT_EQ(message(text, {floats({1, 1}, {3})}), "input \"x\", axis 1 has size 1, but 2 is expected");
  EXPECT_EQ(message(text, {floats({0, 2}, {})}), "n is 0, but the model takes 1 to 8");
}

TEST_F(InterpreterTest, evaluatesChecks) {
  const char *text = R"(
    func.func @f(%x: tensor<?xf32> {llmc.dims = ["a"]}, %y: tensor<?xf32> {llmc.dims = ["b"]}) -> tensor<?xf32> {
      llmc.check "broadcast" "a", "b" "node add: a is {0} but b is {1}"
      return %x : tensor<?xf32>
    })";
  EXPECT_EQ(numbers(result(text, {floats({2}, {1, 2}), floats({1}, {1})})), (Numbers{1, 2}));
  EXPECT_EQ(message(text, {floats({2}, {1, 2}), floats({3}, {1, 2, 3})}),
            "test.mlir:3:7: 'llmc.check' fails: node add: a is 2 but b is 3");
}

TEST_F(InterpreterTest, runsKernelsAndShowsValuesInside) {
  std::vector<std::string> seen;
  options.onValue = [&](mlir::Value value, const Tensor &tensor) {
    seen.push_back(value.getDefiningOp()->getName().getStringRef().str() + " " + std::to_string(tensor.rank()));
  };
  const char *text = R"(
    func.func @f(%0: tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2x?xf32>) {
      %r:2 = llmc.kernel map (%x = %0 : tensor<?x2xf32>) -> (tensor<?x2xf32>, tensor<2x?xf32>) {
        %n = llmc.map (%a = %x : tensor<?x2xf32>) -> tensor<?x2xf32> {
          %s = arith.negf %a : f32
          llmc.yield %s : f32
        }
        %t = llmc.transpose %n perm [1, 0] : tensor<?x2xf32> -> tensor<2x?xf32>
        llmc.yield %n, %t : tensor<?x2xf32>, tensor<2x?xf32>
      }
      return %r#0, %r#1 : tensor<?x2xf32>, tensor<2x?xf32>
    })";
  auto results = run(text, {floats({3, 2}, {1, 2, 3, 4, 5, 6})});
  ASSERT_TRUE(static_cast<bool>(results));
  EXPECT_EQ(numbers((*results)[0]), (Numbers{-1, -2, -3, -4, -5, -6}));
  EXPECT_EQ(numbers((*results)[1]), (Numbers{-1, -3, -5, -2, -4, -6}));
  EXPECT_EQ(seen, (std::vector<std::string>{"llmc.map 2", "llmc.transpose 2", "llmc.kernel 2", "llmc.kernel 2"}));
}

TEST_F(InterpreterTest, makesRoomForSeveralResults) {
  context.loadDialect<llmc::test::HalvesDialect>();
  auto results = run(llmc::test::halvesText, {floats({3}, {1, 2, 3})});
  ASSERT_TRUE(static_cast<bool>(results));
  EXPECT_EQ(numbers((*results)[0]), (Numbers{1}));
  EXPECT_EQ(numbers((*results)[1]), (Numbers{2, 3}));
}

TEST_F(InterpreterTest, regionsReadWhatIsAroundThem) {
  context.loadDialect<TwiceDialect>();
  const char *text = R"(
    func.func @f(%x: tensor<2xf32>) -> tensor<2xf32> {
      %d = llmc.map (%a = %x : tensor<2xf32>) -> tensor<2xf32> {
        %s = arith.addf %a, %a : f32
        llmc.yield %s : f32
      }
      %r = "twice.twice"(%x) ({
      ^bb0(%before: tensor<2xf32>):
        %next = "twice.twice"(%before) ({
        ^bb0(%inner: tensor<2xf32>):
          %sum = llmc.map (%a = %inner : tensor<2xf32>, %b = %d : tensor<2xf32>) -> tensor<2xf32> {
            %s = arith.addf %a, %b : f32
            llmc.yield %s : f32
          }
          "twice.done"(%sum) : (tensor<2xf32>) -> ()
        }) : (tensor<2xf32>) -> tensor<2xf32>
        "twice.done"(%next) : (tensor<2xf32>) -> ()
      }) : (tensor<2xf32>) -> tensor<2xf32>
      return %r : tensor<2xf32>
    })";
  EXPECT_EQ(numbers(result(text, {floats({2}, {1, 10})})), (Numbers{9, 90})); // x, and four times 2 * x
}

TEST_F(InterpreterTest, computesHostScalars) {
  const char *text = R"(
    func.func @f(%x: tensor<?x3xf32>) -> tensor<2xi64> {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %c5 = arith.constant 5 : index
      %n = tensor.dim %x, %c0 : tensor<?x3xf32>
      %more = arith.cmpi sgt, %n, %c5 : index
      %least = arith.select %more, %c5, %n : index
      %least64 = arith.index_cast %least : index to i64
      %v = tensor.extract %x[%c1, %c0] : tensor<?x3xf32>
      %whole = arith.fptosi %v : f32 to i64
      %r = tensor.from_elements %least64, %whole : tensor<2xi64>
      return %r : tensor<2xi64>
    })";
  EXPECT_EQ(numbers(result(text, {floats({2, 3}, {1, 2, 3, 4.5, 5, 6})})), (Numbers{2, 4}));
  EXPECT_EQ(message(text, {floats({1, 3}, {1, 2, 3})}),
            "test.mlir:10:12: 'tensor.extract' reads element 1 of axis 0 of size 1");
}

TEST_F(InterpreterTest, readsWeightsAndRunsRecipes) {
  std::vector<char> bytes(4 + 6 * sizeof(float));
  float values[] = {1, 2, 3, 4, 5, 6};
  std::memcpy(bytes.data() + 4, values, sizeof values);
  weights.addBlob("memory:w", bytes);
  parse(R"(
    llmc.weight @w : tensor<2x3xf32> from "memory:w" at 4
    llmc.weight @t : tensor<3x2xf32> {
      %0 = llmc.get_weight @w : tensor<2x3xf32>
      %1 = llmc.transpose %0 perm [1, 0] : tensor<2x3xf32> -> tensor<3x2xf32>
      llmc.yield %1 : tensor<3x2xf32>
    }
    llmc.weight @long : tensor<9xf32> from "memory:w" at 4
  )");
  auto weight = [&](llvm::StringRef name) { return evaluateWeight(module->lookupSymbol<ir::WeightOp>(name), weights); };
  auto stored = weight("w"), turned = weight("t"), tooLong = weight("long");
  ASSERT_TRUE(static_cast<bool>(stored));
  EXPECT_EQ(numbers(*stored), (Numbers{1, 2, 3, 4, 5, 6}));
  ASSERT_TRUE(static_cast<bool>(turned));
  EXPECT_EQ(numbers(*turned), (Numbers{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(llvm::toString(tooLong.takeError()), "weight @long reaches beyond the end of memory:w");
}

TEST_F(InterpreterTest, whatSeveralRecipesReadIsMadeOnce) {
  parse(R"(
    llmc.weight @base : tensor<2xf32> {
      %0 = llmc.constant dense<[1.0, 2.0]> : tensor<2xf32>
      llmc.yield %0 : tensor<2xf32>
    }
    llmc.weight @twice : tensor<2xf32> {
      %0 = llmc.get_weight @base : tensor<2xf32>
      %1 = llmc.map (%a = %0 : tensor<2xf32>) -> tensor<2xf32> {
        %b = arith.addf %a, %a : f32
        llmc.yield %b : f32
      }
      llmc.yield %1 : tensor<2xf32>
    }
    llmc.weight @turned : tensor<2x1xf32> {
      %0 = llmc.get_weight @twice : tensor<2xf32>
      %1 = llmc.reshape %0 to [2, 1] : tensor<2xf32> -> tensor<2x1xf32>
      llmc.yield %1 : tensor<2x1xf32>
    }
  )");
  auto named = [&](llvm::StringRef name) { return module->lookupSymbol<ir::WeightOp>(name); };
  ir::WeightOp wanted[] = {named("turned"), named("twice")};
  for (int64_t room : {0, 100}) {
    RecipeResults recipes(*module, wanted, room);
    EXPECT_FALSE(recipes.find(named("twice")));
    EXPECT_EQ(numbers(llvm::cantFail(evaluateWeight(named("turned"), weights, &recipes))), (Numbers{2, 4}));
    EXPECT_EQ(numbers(llvm::cantFail(evaluateWeight(named("twice"), weights, &recipes))), (Numbers{2, 4}));
  }
  RecipeResults recipes(*module, wanted);
  llvm::cantFail(evaluateWeight(named("turned"), weights, &recipes));
  EXPECT_TRUE(recipes.find(named("twice")));  // for its second reader
  EXPECT_FALSE(recipes.find(named("twice"))); // there is no third
}

TEST_F(InterpreterTest, foldsOneOperation) {
  parse(R"(
    func.func @f(%x: tensor<?xi64>, %n: index) -> (tensor<?xi64>, tensor<?xi64>) {
      %c2 = arith.constant 2 : index
      %a = llmc.slice %x [1] [%c2] [1] : tensor<?xi64> -> tensor<?xi64>
      %b = llmc.slice %x [1] [%n] [1] : tensor<?xi64> -> tensor<?xi64>
      return %a, %b : tensor<?xi64>, tensor<?xi64>
    })");
  std::vector<mlir::Operation *> slices;
  module->walk([&](ir::SliceOp slice) { slices.push_back(slice); });
  auto folded = evaluate(slices[0], {longs({4}, {7, 8, 9, 10})});
  ASSERT_TRUE(static_cast<bool>(folded));
  EXPECT_EQ(numbers(*folded), (Numbers{8, 9}));
  auto fails = [](llvm::Expected<Tensor> outcome) {
    bool failed = !outcome;
    llvm::consumeError(outcome.takeError());
    return failed;
  };
  EXPECT_TRUE(fails(evaluate(slices[1], {longs({4}, {7, 8, 9, 10})}))); // its size is no constant
  EXPECT_TRUE(fails(evaluate(slices[0], {})));
  EXPECT_TRUE(fails(evaluate(slices[0], {floats({4}, {7, 8, 9, 10})})));
  EXPECT_TRUE(fails(evaluate(slices[0], {longs({2}, {7, 8})}))); // leaves the input
}

TEST_F(InterpreterTest, sumsInTheAskedPrecision) {
  const char *text = R"(
    func.func @f(%x: tensor<?xf32>) -> tensor<1xf32> {
      %r = llmc.reduce %x axes [0] init 0.0 : f32 : tensor<?xf32> -> tensor<1xf32> {
      ^bb0(%a: f32, %b: f32):
        %s = arith.addf %a, %b : f32
        llmc.yield %s : f32
      }
      return %r : tensor<1xf32>
    })";
  Tensor x = floats({3}, {0x1p24, 1, 1});
  EXPECT_EQ(numbers(result(text, {x})), (Numbers{0x1p24 + 2}));
  options.accumulateInDouble = false;
  EXPECT_EQ(numbers(result(text, {x})), (Numbers{0x1p24}));
}

TEST_F(InterpreterTest, choosesNanInArgReductions) {
  const char *text = R"(
    func.func @f(%x: tensor<?x4xf32>) -> tensor<?x1xi64> {
      %r = llmc.arg_reduce %x axis 1 MODE : tensor<?x4xf32> -> tensor<?x1xi64>
      return %r : tensor<?x1xi64>
    })";
  auto pick = [&](std::string mode) {
    std::string chosen(text);
    chosen.replace(chosen.find("MODE"), 4, mode);
    return numbers(result(chosen, {floats({2, 4}, {1, NAN, 9, NAN, 3, 7, 7, 1})}));
  };
  EXPECT_EQ(pick(""), (Numbers{1, 1}));
  EXPECT_EQ(pick("last"), (Numbers{3, 2}));
  EXPECT_EQ(pick("smallest"), (Numbers{1, 3}));
  EXPECT_EQ(pick("smallest last"), (Numbers{3, 3}));
}

TEST_F(InterpreterTest, refusesDataThatDoNotFit) {
  const char *reshape = R"(
    func.func @f(%x: tensor<?xf32>, %n: tensor<1xi64>) -> tensor<?x2xf32> {
      %c0 = arith.constant 0 : index
      %e = tensor.extract %n[%c0] : tensor<1xi64>
      %i = arith.index_cast %e : i64 to index
      %r = llmc.reshape %x to [%i, 2] : tensor<?xf32> -> tensor<?x2xf32>
      return %r : tensor<?x2xf32>
    })";
  Tensor x = floats({4}, {1, 2, 3, 4});
  EXPECT_EQ(numbers(result(reshape, {x, longs({1}, {2})})), (Numbers{1, 2, 3, 4}));
  EXPECT_EQ(message(reshape, {x, longs({1}, {3})}),
            "test.mlir:6:12: 'llmc.reshape' numbers of elements differ: 4 and 6");
  for (double size : {-2.0, 0x1p62, -0x1p63})
    EXPECT_NE(message(reshape, {x, longs({1}, {size})}), "it runs");
  const char *slice = R"(
    func.func @f(%x: tensor<?xf32>, %n: tensor<1xi64>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %e = tensor.extract %n[%c0] : tensor<1xi64>
      %i = arith.index_cast %e : i64 to index
      %r = llmc.slice %x [%i] [%i] [1] : tensor<?xf32> -> tensor<?xf32>
      return %r : tensor<?xf32>
    })";
  EXPECT_EQ(numbers(result(slice, {x, longs({1}, {2})})), (Numbers{3, 4}));
  for (double size : {3.0, -1.0, 0x1p62, 0x1p40})
    EXPECT_NE(message(slice, {x, longs({1}, {size})}), "it runs");
}

} // namespace
} // namespace llmc::reference::test
