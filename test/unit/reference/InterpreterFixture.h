// Runs IR written as text: what all tests of the interpreter share.
#ifndef LLMC_TEST_UNIT_REFERENCE_INTERPRETERFIXTURE_H
#define LLMC_TEST_UNIT_REFERENCE_INTERPRETERFIXTURE_H

#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/WeightStore.h"
#include "compiler/pipeline/Registration.h"
#include "compiler/reference/Interpreter.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

namespace llmc::reference::test {

class InterpreterTest : public ::testing::Test {
protected:
  InterpreterTest() {
    mlir::DialectRegistry registry;
    pipeline::registerDialects(registry);
    context.appendDialectRegistry(registry);
  }

  /// A tensor with these values, which are converted to T. The type is an MLIR type such as "f32".
  template <typename T>
  Tensor tensor(llvm::StringRef type, llvm::ArrayRef<int64_t> shape, std::initializer_list<double> values) {
    Tensor result = llvm::cantFail(Tensor::allocate(mlir::parseType(type, &context), shape));
    EXPECT_EQ(result.elementCount(), static_cast<int64_t>(values.size()));
    llvm::transform(values, result.mutableValues<T>().begin(), [](double value) { return static_cast<T>(value); });
    return result;
  }
  Tensor floats(llvm::ArrayRef<int64_t> shape, std::initializer_list<double> values) {
    return tensor<float>("f32", shape, values);
  }
  Tensor longs(llvm::ArrayRef<int64_t> shape, std::initializer_list<double> values) {
    return tensor<int64_t>("i64", shape, values);
  }

  void parse(llvm::StringRef text) {
    module = mlir::parseSourceString<mlir::ModuleOp>(text, mlir::ParserConfig(&context), "test.mlir");
    ASSERT_TRUE(module);
  }
  /// Runs the only function of the text.
  llvm::Expected<std::vector<Tensor>> run(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs) {
    parse(text);
    if (!module)
      return llvm::createStringError("the text can not be read");
    return interpret(*module->getOps<mlir::func::FuncOp>().begin(), inputs, weights, options);
  }
  /// The only result of the only function; empty, after a failure of the test, when it does not run.
  Tensor result(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs) {
    auto results = run(text, inputs);
    if (!results) {
      ADD_FAILURE() << llvm::toString(results.takeError());
      return {};
    }
    EXPECT_EQ(results->size(), 1u);
    return results->front();
  }
  std::string message(llvm::StringRef text, llvm::ArrayRef<Tensor> inputs) {
    auto results = run(text, inputs);
    return results ? "it runs" : llvm::toString(results.takeError());
  }
  static std::vector<double> numbers(const Tensor &tensor) {
    std::vector<double> list;
    for (int64_t i = 0; tensor && i < tensor.elementCount(); ++i)
      list.push_back(tensor.number(i));
    return list;
  }

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  ir::WeightStore weights{"."};
  InterpreterOptions options;
};

using Numbers = std::vector<double>;

} // namespace llmc::reference::test

#endif
