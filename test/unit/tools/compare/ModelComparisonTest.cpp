// Plants bugs in generated code, where neither the IR nor the reference has them, and demands that they are found.
#include "tools/llmc/compare/ModelComparison.h"
#include "tools/llmc/compare/KernelVerdict.h"
#include "tools/llmc/compare/PrintComparison.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>

using namespace llmc;
using namespace llmc::tools;

namespace {

// Three kernels in a row: half a difference, which is an output of its own and, with its division, too dear to be
// computed in each pass over a row; a softmax; a product.
constexpr const char *kModel = R"(
llmc.weight @w : tensor<8x8xf32> {
  %0 = llmc.iota [64] : tensor<64xi64>
  %1 = llmc.reshape %0 to [8, 8] : tensor<64xi64> -> tensor<8x8xi64>
  %2 = llmc.map (%i = %1 : tensor<8x8xi64>) -> tensor<8x8xf32> {
    %f = arith.sitofp %i : i64 to f32
    llmc.yield %f : f32
  }
  llmc.yield %2 : tensor<8x8xf32>
}
func.func @main(%x: tensor<?x8xf32> {llmc.dims = ["n", "8"], llmc.name = "x"}, %v: tensor<8xf32> {llmc.name = "v"})
    -> (tensor<?x8xf32> {llmc.name = "y"}, tensor<?x8xf32> {llmc.name = "z"}) {
  %w = llmc.get_weight @w : tensor<8x8xf32>
  %0 = llmc.map (%p = %x : tensor<?x8xf32>, %q = %v : tensor<8xf32>) -> tensor<?x8xf32> {
    %s = arith.subf %p, %q : f32
    %two = arith.constant 2.0 : f32
    %half = arith.divf %s, %two : f32
    llmc.yield %half : f32
  } loc("difference")
  %1 = llmc.softmax %0 axis 1 : tensor<?x8xf32> -> tensor<?x8xf32> loc("probabilities")
  %2 = llmc.matmul %1, %w : tensor<?x8xf32>, tensor<8x8xf32> -> tensor<?x8xf32> loc("product")
  return %0, %2 : tensor<?x8xf32>, tensor<?x8xf32>
}
)";

class ComparesModels : public testing::Test {
protected:
  void SetUp() override {
    int descriptor;
    ASSERT_FALSE(llvm::sys::fs::createTemporaryFile("compared", "mlir", descriptor, path));
    llvm::raw_fd_ostream(descriptor, /*shouldClose=*/true) << kModel;
    request.model = path.str().str();
    request.compile.cpuLevels = {"x86-64-v3"};
    request.threads = 1;
    request.inputs = {"", {}, true, {"n=3"}};
    request.kernels = request.passes = true;
  }
  /// The same without the division.
  void writeCheapModel() {
    std::string text = kModel, halved = "llmc.yield %half";
    text.replace(text.find(halved), halved.size(), "llmc.yield %s");
    std::error_code error;
    llvm::raw_fd_ostream(path, error) << text;
    ASSERT_FALSE(error);
  }
  void TearDown() override { llvm::sys::fs::remove(path); }

  /// Functions of floats are made of operations with constants.
  static bool isOfValues(const llvm::Instruction &instruction) {
    return llvm::none_of(instruction.operands(), [](const llvm::Use &use) { return llvm::isa<llvm::Constant>(use); });
  }

  /// Swaps the operands of all subtractions of values in functions of the model's code whose names begin so.
  void plantSwappedSubtraction(llvm::StringRef functions) {
    request.compile.onLlvmModule = [this, functions](llvm::Module &module) {
      for (llvm::Function &function : module)
        if (function.getName().starts_with(functions))
          for (llvm::Instruction &instruction : llvm::instructions(function))
            if (instruction.getOpcode() == llvm::Instruction::FSub && isOfValues(instruction)) {
              llvm::Value *left = instruction.getOperand(0);
              instruction.setOperand(0, instruction.getOperand(1));
              instruction.setOperand(1, left);
              ++planted;
            }
    };
  }

  ModelComparison compare() { return llvm::cantFail(compareModel(request)); }

  llvm::SmallString<128> path;
  ComparisonRequest request;
  int planted = 0;
};

TEST_F(ComparesModels, FindsNothingWhereNothingIsWrong) {
  ModelComparison found = compare();
  EXPECT_TRUE(found.within());
  EXPECT_FALSE(found.drift);
  EXPECT_EQ(found.culprit(), nullptr);
  EXPECT_EQ(found.outputs.size(), 2u);
  EXPECT_GT(found.passesSeen, found.passesJudged);
  EXPECT_EQ(found.kernels.size(), 3u);
  for (const KernelResult &kernel : found.kernels)
    EXPECT_EQ(kernel.shape, (std::vector<int64_t>{3, 8}));
}

TEST_F(ComparesModels, BlamesTheKernelWithThePlantedBugAndNoOther) {
  plantSwappedSubtraction("llmc_map");
  ModelComparison found = compare();
  ASSERT_GT(planted, 0);
  EXPECT_FALSE(found.within());
  EXPECT_FALSE(found.drift) << "the passes are right";
  const KernelResult *culprit = found.culprit();
  ASSERT_NE(culprit, nullptr);
  EXPECT_EQ(culprit->anchor, "map");
  EXPECT_EQ(culprit->nodes, (std::vector<std::string>{"difference"}));
  EXPECT_NEAR(culprit->own.got, -culprit->own.want, 1e-5);
  EXPECT_EQ(suspectOperation(*culprit).substr(0, 8), "llmc.map");
  for (const KernelResult &kernel : found.kernels) {
    EXPECT_EQ(kernel.own.within(), &kernel != culprit) << kernel.function;
    EXPECT_FALSE(kernel.total.within()) << "what follows inherits the error";
  }
}

// Without its division the difference is the second result of the softmax's kernel.
TEST_F(ComparesModels, JudgesEachResultOfAKernel) {
  writeCheapModel();
  ModelComparison right = compare();
  EXPECT_EQ(right.kernels.size(), 2u);
  EXPECT_TRUE(right.within());
  plantSwappedSubtraction("llmc_softmax");
  ModelComparison found = compare();
  ASSERT_GT(planted, 0);
  ASSERT_NE(found.culprit(), nullptr);
  EXPECT_EQ(found.culprit()->anchor, "softmax");
  ASSERT_EQ(found.outputs.size(), 2u);
  EXPECT_FALSE(found.outputs[0].comparison.within());
  EXPECT_TRUE(found.outputs[1].comparison.within()) << "softmax subtracts, too: twice the wrong way round is right";
}

TEST_F(ComparesModels, PrintsTheWayToTheBug) {
  plantSwappedSubtraction("llmc_map");
  std::string text;
  llvm::raw_string_ostream stream(text);
  printComparison(compare(), {/*layers=*/true, /*bisect=*/true}, stream);
  EXPECT_NE(text.find("no pass changes the results"), std::string::npos) << text;
  EXPECT_NE(text.find("it computes the nodes difference"), std::string::npos) << text;
  EXPECT_NE(text.find("suspect: llmc.map"), std::string::npos) << text;
}

// A fused kernel whose result at the worst element is what its first operation gives: the second one got lost.
TEST(SuspectOperation, IsTheOneAfterTheValueThatTheCodeGave) {
  KernelResult kernel = {};
  kernel.tolerance = {1e-4, 1e-3};
  kernel.own.got = 2;
  kernel.own.want = 5;
  kernel.trace = {{"llmc.matmul", {"product"}, 2.0}, {"llmc.map", {"bias"}, 5.0}};
  EXPECT_EQ(suspectOperation(kernel), "llmc.map (bias): the value there is that of llmc.matmul before it");
  kernel.own.got = 7;
  EXPECT_EQ(suspectOperation(kernel), "") << "nothing can be told";
  kernel.trace.pop_back();
  EXPECT_EQ(suspectOperation(kernel), "llmc.matmul (product), the kernel's only operation");
}

TEST_F(ComparesModels, ObservingKernelsDoesNotChangeTheResults) {
  ModelComparison with = compare();
  request.kernels = false;
  ModelComparison without = compare();
  for (auto [a, b] : llvm::zip(with.outputs, without.outputs)) {
    EXPECT_EQ(a.comparison.maxAbsolute, b.comparison.maxAbsolute);
    EXPECT_EQ(a.comparison.got, b.comparison.got);
  }
}

TEST_F(ComparesModels, NamesTheInputThatIsMissing) {
  request.inputs.random = false;
  auto failed = compareModel(request);
  ASSERT_FALSE(failed);
  EXPECT_NE(llvm::toString(failed.takeError()).find("no value for input x"), std::string::npos);
}

} // namespace
