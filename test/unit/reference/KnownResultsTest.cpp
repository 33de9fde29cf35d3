#include "compiler/reference/KnownResults.h"
#include "InterpreterFixture.h"

using namespace llmc::reference;

namespace {

class KnownResultsTest : public test::InterpreterTest {
protected:
  /// What encodes a weight, or adds its elements.
  mlir::Operation *parsed(llvm::StringRef operation) {
    parse(("func.func @main(%w: tensor<2x1xf32>) {\n  " + operation + "\n  return\n}").str());
    return module ? &(*module->getOps<mlir::func::FuncOp>().begin()).front().front() : nullptr;
  }
  std::optional<KnownResults::Key> key(llvm::StringRef operation, const Tensor &weight) {
    return KnownResults::keyOf(parsed(operation), {weight});
  }
};

constexpr llvm::StringLiteral kBytes =
    "%c, %s, %z = llmc.encode %w bits 8 block 2 : tensor<2x1xf32> -> tensor<2x1xi8>, "
    "tensor<1x1xbf16>, tensor<1x1xi8>";
constexpr llvm::StringLiteral kSymmetric = "%c, %s, %z = llmc.encode %w bits 8 block 2 symmetric : tensor<2x1xf32> -> "
                                           "tensor<2x1xi8>, tensor<1x1xf32>, tensor<1x1xi8>";

TEST_F(KnownResultsTest, sameNumbersHaveOneKey) {
  EXPECT_EQ(key(kBytes, floats({2, 1}, {1, 2})), key(kBytes, floats({2, 1}, {1, 2})));
  EXPECT_TRUE(key(kBytes, floats({2, 1}, {1, 2})));
}

TEST_F(KnownResultsTest, otherNumbersOrAttributesHaveAnother) {
  Tensor weight = floats({2, 1}, {1, 2});
  EXPECT_NE(key(kBytes, weight), key(kBytes, floats({2, 1}, {1, 3})));
  EXPECT_NE(key(kBytes, weight), key(kSymmetric, weight));
}

TEST_F(KnownResultsTest, otherReadersHaveAnother) {
  Tensor weight = floats({2, 1}, {1, 2});
  std::string read = (kBytes + "\n  %t = llmc.transpose %c perm [1, 0] : tensor<2x1xi8> -> tensor<1x2xi8>").str();
  EXPECT_NE(key(kBytes, weight), key(read, weight));
}

TEST_F(KnownResultsTest, whatIsFastHasNone) {
  EXPECT_FALSE(key("%t = llmc.transpose %w perm [1, 0] : tensor<2x1xf32> -> tensor<1x2xf32>", floats({2, 1}, {1, 2})));
}

TEST_F(KnownResultsTest, keepsWhatFits) {
  KnownResults known(/*mostBytes=*/8);
  known.keep({1, 2}, {floats({2}, {3, 4})});
  known.keep({1, 3}, {floats({1}, {5})});
  ASSERT_TRUE(known.find({1, 2}));
  EXPECT_EQ(numbers(known.find({1, 2})->front()), (test::Numbers{3, 4}));
  EXPECT_FALSE(known.find({1, 3}));
}

TEST_F(KnownResultsTest, interpreterTakesWhatIsKnown) {
  KnownResults known;
  options.known = &known;
  Tensor weight = floats({2, 1}, {0, 255});
  std::string text =
      ("func.func @main(%w: tensor<2x1xf32>) -> tensor<2x1xi8> {\n" + kBytes + "\n  return %c : tensor<2x1xi8>\n}")
          .str();
  std::vector<double> first = numbers(result(text, {weight}));
  EXPECT_EQ(numbers(result(text, {weight})), first);
  KnownResults::Key of =
      *KnownResults::keyOf(&(*module->getOps<mlir::func::FuncOp>().begin()).front().front(), {weight});
  ASSERT_TRUE(known.find(of));
  EXPECT_EQ(numbers(known.find(of)->front()), first);
}

} // namespace
