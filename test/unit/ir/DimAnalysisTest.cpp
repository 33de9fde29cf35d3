// Sizes through whole functions.
#include "compiler/ir/DimAnalysis.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/pipeline/Registration.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "test/unit/ir/HalvesOp.h"
#include "gtest/gtest.h"

namespace llmc::ir {
namespace {

class DimAnalysisTest : public ::testing::Test {
protected:
  DimAnalysisTest() {
    mlir::DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// Analyses the only function.
  DimAnalysis &analyse(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    EXPECT_TRUE(module);
    function = *module->getOps<mlir::func::FuncOp>().begin();
    analysis.emplace(function);
    return *analysis;
  }
  /// Sizes of a result of the function, "2 * a, 64".
  std::string returned(unsigned index = 0) {
    auto sizes = analysis->dims(function.getBody().front().getTerminator()->getOperand(index));
    std::string text;
    for (const DimExpr &size : sizes)
      text += (text.empty() ? "" : ", ") + size.text();
    return text;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp function;
  std::optional<DimAnalysis> analysis;
};

TEST_F(DimAnalysisTest, followsShapesThroughOperations) {
  analyse(R"(
    func.func @f(%x: tensor<?x?x64xf32> {llmc.dims = ["batch", "seq", "64"]},
                 %past: tensor<?x?x64xf32> {llmc.dims = ["batch", "past", "64"]}) -> tensor<?x64x?xf32> {
      %c = llmc.concat %past, %x axis 1 : tensor<?x?x64xf32>, tensor<?x?x64xf32> -> tensor<?x?x64xf32>
      %t = llmc.transpose %c perm [0, 2, 1] : tensor<?x?x64xf32> -> tensor<?x64x?xf32>
      return %t : tensor<?x64x?xf32>
    })");
  EXPECT_TRUE(analysis->isValid());
  EXPECT_EQ(returned(), "batch, 64, past + seq");
  EXPECT_TRUE(analysis->requirements().empty());
}

TEST_F(DimAnalysisTest, joinsBranches) {
  analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["n", "m"]}, %y: tensor<?x?xf32> {llmc.dims = ["n", "k"]},
                 %yes: i1) -> tensor<?x?xf32> {
      %r = scf.if %yes -> tensor<?x?xf32> {
        %c = llmc.concat %x, %x axis 1 : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
        scf.yield %c : tensor<?x?xf32>
      } else {
        scf.yield %y : tensor<?x?xf32>
      }
      return %r : tensor<?x?xf32>
    })");
  EXPECT_TRUE(analysis->isValid());
  EXPECT_EQ(returned(), "n, #0");
}

TEST_F(DimAnalysisTest, joinsRoundsOfLoops) {
  analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["n", "m"]}, %rounds: index)
        -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) {
      %c0 = arith.constant 0 : index
      %c1 = arith.constant 1 : index
      %r:3 = scf.for %i = %c0 to %rounds step %c1 iter_args(%same = %x, %grows = %x, %follows = %x)
          -> (tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>) {
        %next = llmc.concat %grows, %x axis 1 : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
        scf.yield %same, %next, %grows : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>
      }
      return %r#0, %r#1, %r#2 : tensor<?x?xf32>, tensor<?x?xf32>, tensor<?x?xf32>
    })");
  EXPECT_TRUE(analysis->isValid());
  EXPECT_EQ(returned(0), "n, m");
  EXPECT_TRUE(llvm::StringRef(returned(1)).starts_with("n, #")) << returned(1);
  EXPECT_TRUE(llvm::StringRef(returned(2)).starts_with("n, #")) << returned(2);
  EXPECT_TRUE(analysis->requirements().empty());
}

/// The first region of a while hands its tensors to the second, and that to the first.
TEST_F(DimAnalysisTest, joinsRegionsOfWhile) {
  analyse(R"(
    func.func @f(%x: tensor<?xf32> {llmc.dims = ["n"]}, %z: tensor<?xf32> {llmc.dims = ["k"]}, %more: i1)
        -> (tensor<?xf32>, tensor<?xf32>) {
      %r:2 = scf.while (%a = %x, %b = %x) : (tensor<?xf32>, tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
        %c = llmc.concat %a, %a axis 0 : tensor<?xf32>, tensor<?xf32> -> tensor<?xf32>
        scf.condition(%more) %c, %b : tensor<?xf32>, tensor<?xf32>
      } do {
      ^bb0(%d: tensor<?xf32>, %e: tensor<?xf32>):
        scf.yield %x, %z : tensor<?xf32>, tensor<?xf32>
      }
      return %r#0, %r#1 : tensor<?xf32>, tensor<?xf32>
    })");
  EXPECT_TRUE(analysis->isValid());
  EXPECT_EQ(returned(0), "2 * n");
  EXPECT_TRUE(llvm::StringRef(returned(1)).starts_with("#")) << returned(1);
}

/// The remainder with the divisor's sign, as importers spell it: guards against division by zero and overflow vanish.
TEST_F(DimAnalysisTest, decidesTruthsByBounds) {
  analyse(R"(
    func.func @f(%x: tensor<?xf32> {llmc.dims = ["n"]}) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %zero = arith.constant 0 : i64
      %four = arith.constant 4 : i64
      %minus = arith.constant -1 : i64
      %smallest = arith.constant -9223372036854775808 : i64
      %yes = arith.constant true
      %d = tensor.dim %x, %c0 : tensor<?xf32>
      %n = arith.index_cast %d : index to i64
      %back = arith.subi %n, %four : i64
      %isMinus = arith.cmpi eq, %back, %minus : i64
      %isSmallest = arith.cmpi eq, %n, %smallest : i64
      %overflows = arith.andi %isMinus, %isSmallest : i1
      %isZero = arith.cmpi eq, %four, %zero : i64
      %unsafe = arith.ori %overflows, %isZero : i1
      %safe = arith.select %unsafe, %minus, %four : i64
      %rest = arith.remsi %n, %safe : i64
      %isNegative = arith.cmpi slt, %rest, %zero : i64
      %opposite = arith.xori %isNegative, %isZero : i1
      %more = arith.addi %rest, %four : i64
      %result = arith.select %opposite, %more, %rest : i64
      %size = arith.index_cast %result : i64 to index
      %y = llmc.slice %x [0] [%size] [1] : tensor<?xf32> -> tensor<?xf32>
      return %y : tensor<?xf32>
    })");
  EXPECT_EQ(returned(), "mod(n, 4)");
}

TEST_F(DimAnalysisTest, collectsWhatTheRunMustSatisfy) {
  auto &found = analyse(R"(
    func.func @f(%x: tensor<?xf32> {llmc.dims = ["a"]}, %y: tensor<?xf32> {llmc.dims = ["b"]}) -> tensor<?xf32> {
      %r = llmc.map (%p = %x : tensor<?xf32>, %q = %y : tensor<?xf32>) -> tensor<?xf32> {
        %s = arith.addf %p, %q : f32
        llmc.yield %s : f32
      }
      return %r : tensor<?xf32>
    })");
  ASSERT_EQ(found.requirements().size(), 1u);
  EXPECT_EQ(found.requirements()[0].relation, DimRelation::Broadcast);
  EXPECT_EQ(found.requirements()[0].a.text() + " ~ " + found.requirements()[0].b.text(), "a ~ b");
  EXPECT_EQ(returned(), "broadcast(a, b)");
}

TEST_F(DimAnalysisTest, readsScalarShapeArithmetic) {
  analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["n", "seq"]}) -> tensor<?x?x16xf32> {
      %c0 = arith.constant 0 : index
      %c16 = arith.constant 16 : index
      %n = tensor.dim %x, %c0 : tensor<?x?xf32>
      %rows = llmc.size "seq * 4"
      %heads = arith.divsi %rows, %c16 : index
      %more = arith.cmpi slt, %c0, %n : index
      %size = arith.select %more, %n, %c0 : index
      %r = llmc.expand %x to [%size, %heads, 16] : tensor<?x?xf32> -> tensor<?x?x16xf32>
      return %r : tensor<?x?x16xf32>
    })");
  EXPECT_EQ(returned(), "n, floordiv(4 * seq, 16), 16");
}

/// Sizes that come up as 0 where the tensor has elements. What divides their number can't, and a quotient is not asked.
TEST_F(DimAnalysisTest, readsSizesThatCopyOthers) {
  analyse(R"mlir(
    func.func @f(%x: tensor<?x?x8xf32> {llmc.dims = ["n", "m", "8"]}) -> tensor<?x?x?xf32> {
      %c0 = arith.constant 0 : index
      %c8 = arith.constant 8 : index
      %n = llmc.size "n"
      %m = llmc.size "m"
      %rows = arith.muli %n, %m : index
      %count = arith.muli %rows, %c8 : index
      %some = arith.cmpi ne, %count, %c0 : index
      %twice = llmc.size "2 * n"
      %isTwice = arith.cmpi eq, %twice, %c0 : index
      %copyTwice = arith.andi %isTwice, %some : i1
      %s0 = arith.select %copyTwice, %m, %twice : index
      %half = llmc.size "floordiv(m, 2)"
      %isHalf = arith.cmpi eq, %half, %c0 : index
      %copyHalf = arith.andi %isHalf, %some : i1
      %s1 = arith.select %copyHalf, %m, %half : index
      %rest = llmc.size "n - 3"
      %isRest = arith.cmpi eq, %rest, %c0 : index
      %copyRest = arith.andi %isRest, %some : i1
      %s2 = arith.select %copyRest, %m, %rest : index
      %c = llmc.constant dense<1.0> : tensor<1x1x1xf32>
      %r = llmc.expand %c to [%s0, %s1, %s2] : tensor<1x1x1xf32> -> tensor<?x?x?xf32>
      return %r : tensor<?x?x?xf32>
    })mlir");
  std::string all = returned();
  auto [first, second] = llvm::StringRef(all).split(", ");
  EXPECT_EQ(first, "2 * n");
  EXPECT_TRUE(second.starts_with("floordiv(m, 2), ")) << second.str();
  auto copied = DimExpr::parse(second.drop_front(strlen("floordiv(m, 2), ")));
  ASSERT_TRUE(copied) << all;
  auto at = [&](int64_t n, int64_t m) {
    return copied->evaluate([&](llvm::StringRef name) { return std::optional<int64_t>(name == "n" ? n : m); });
  };
  EXPECT_EQ(at(3, 7), 7);
  EXPECT_EQ(at(5, 7), 2);
  EXPECT_EQ(at(3, 0), 0);
}

/// Of ceil(h / 2) * 2, floor(w * 0.5), trunc(w / 3), and of what floats round: w / 3 * 3 and w * 0.1.
TEST_F(DimAnalysisTest, readsSizesThatAreComputedInFloats) {
  analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["h", "w"]}) -> tensor<?x?x?x?x?xf32> {
      %h = llmc.size "h"
      %w = llmc.size "w"
      %hi = arith.index_cast %h : index to i64
      %wi = arith.index_cast %w : index to i64
      %hf = arith.sitofp %hi : i64 to f32
      %wf = arith.sitofp %wi : i64 to f32
      %two = arith.constant 2.0 : f32
      %three = arith.constant 3.0 : f32
      %half = arith.constant 0.5 : f32
      %tenth = arith.constant 0.1 : f32
      %halved = arith.divf %hf, %two : f32
      %up = math.ceil %halved : f32
      %even = arith.mulf %up, %two : f32
      %evenSize = arith.fptosi %even : f32 to i64
      %part = arith.mulf %wf, %half : f32
      %down = math.floor %part : f32
      %downSize = arith.fptosi %down : f32 to i64
      %third = arith.divf %wf, %three : f32
      %thirdSize = arith.fptosi %third : f32 to i64
      %again = arith.mulf %third, %three : f32
      %againSize = arith.fptosi %again : f32 to i64
      %rounded = arith.mulf %wf, %tenth : f32
      %roundedSize = arith.fptosi %rounded : f32 to i64
      %s0 = arith.index_cast %evenSize : i64 to index
      %s1 = arith.index_cast %downSize : i64 to index
      %s2 = arith.index_cast %thirdSize : i64 to index
      %s3 = arith.index_cast %againSize : i64 to index
      %s4 = arith.index_cast %roundedSize : i64 to index
      %c = llmc.constant dense<1.0> : tensor<1x1x1x1x1xf32>
      %r = llmc.expand %c to [%s0, %s1, %s2, %s3, %s4] : tensor<1x1x1x1x1xf32> -> tensor<?x?x?x?x?xf32>
      return %r : tensor<?x?x?x?x?xf32>
    })");
  EXPECT_EQ(returned(), "-2 * floordiv(-1 * h, 2), floordiv(w, 2), floordiv(w, 3), #3, #4");
}

TEST_F(DimAnalysisTest, givesSymbolsTheirRanges) {
  auto &found = analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["n", "m"]}) -> tensor<?x?xf32>
        attributes {llmc.ranges = {n = array<i64: 2, 8>, m = array<i64: 4, 4>}} {
      return %x : tensor<?x?xf32>
    })");
  DimVector sizes = found.dims(function.getArgument(0));
  EXPECT_EQ(sizes[0].least(), 2);
  EXPECT_EQ(sizes[0].most(), 8);
  EXPECT_EQ(sizes[1].symbolName(), "m"); // stays a name that users may set
  EXPECT_EQ(sizes[1].least(), 4);
  EXPECT_EQ(sizes[1].most(), 4);
}

TEST_F(DimAnalysisTest, marksSizesThatDependOnData) {
  auto &found = analyse(R"(
    func.func @f(%x: tensor<?xf32> {llmc.dims = ["n"]}, %k: tensor<1xi64>) -> tensor<?xf32> {
      %c0 = arith.constant 0 : index
      %e = tensor.extract %k[%c0] : tensor<1xi64>
      %i = arith.index_cast %e : i64 to index
      %r = llmc.slice %x [0] [%i] [1] : tensor<?xf32> -> tensor<?xf32>
      return %r : tensor<?xf32>
    })");
  DimVector sizes = found.dims(function.getBody().front().getTerminator()->getOperand(0));
  EXPECT_TRUE(DimAnalysis::dependsOnData(sizes[0]));
  EXPECT_FALSE(DimAnalysis::dependsOnData(found.dims(function.getArgument(0))[0]));
}

TEST_F(DimAnalysisTest, looksIntoKernels) {
  analyse(R"(
    func.func @f(%0: tensor<?x64xf32> {llmc.dims = ["n", "64"]}) -> tensor<64x?xf32> {
      %r = llmc.kernel transpose (%x = %0 : tensor<?x64xf32>) -> tensor<64x?xf32> {
        %t = llmc.transpose %x perm [1, 0] : tensor<?x64xf32> -> tensor<64x?xf32>
        llmc.yield %t : tensor<64x?xf32>
      }
      return %r : tensor<64x?xf32>
    })");
  EXPECT_EQ(returned(), "64, n");
}

TEST_F(DimAnalysisTest, knowsTheSizesOfSeveralResults) {
  context.loadDialect<test::HalvesDialect>();
  analyse(test::halvesText);
  EXPECT_EQ(returned(0), "floordiv(n, 2)");
  EXPECT_EQ(returned(1), "-1 * floordiv(n, 2) + n");
}

TEST_F(DimAnalysisTest, reportsSizesThatCanNeverFit) {
  int messages = 0;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &) { return ++messages, mlir::success(); });
  auto &found = analyse(R"(
    func.func @f(%x: tensor<?x?xf32> {llmc.dims = ["n", "n + 1"]}) -> tensor<?x?xf32> {
      %r = llmc.matmul %x, %x : tensor<?x?xf32>, tensor<?x?xf32> -> tensor<?x?xf32>
      return %r : tensor<?x?xf32>
    })");
  EXPECT_FALSE(found.isValid());
  EXPECT_EQ(messages, 1);
}

} // namespace
} // namespace llmc::ir
