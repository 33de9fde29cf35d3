// Small ONNX models for the tests of the front end, built in memory and loaded from a folder of
// their own.
#ifndef LLMC_TEST_UNIT_FRONTEND_TESTMODEL_H
#define LLMC_TEST_UNIT_FRONTEND_TESTMODEL_H

#include "compiler/frontend/onnx/OnnxModel.h"
#include "llvm/ADT/StringRef.h"
#include <gtest/gtest.h>
#include <onnx-ml.pb.h>

#include <initializer_list>
#include <string>

namespace llmc::frontend::test {

/// A model of today's versions whose graph is x: float32[batch, 4] -> Identity "copy" -> y.
onnx::ModelProto identityModel();

onnx::NodeProto &addNode(onnx::GraphProto &graph, llvm::StringRef name, llvm::StringRef op,
                         std::initializer_list<std::string> inputs, std::initializer_list<std::string> outputs);

/// The same for the body of a function.
onnx::NodeProto &addNode(onnx::FunctionProto &function, llvm::StringRef op, std::initializer_list<std::string> inputs,
                         std::initializer_list<std::string> outputs);

onnx::ValueInfoProto &addInput(onnx::GraphProto &graph, llvm::StringRef name);
onnx::TensorProto &addTensor(onnx::GraphProto &graph, llvm::StringRef name, onnx::TensorProto::DataType type,
                             std::initializer_list<int64_t> dims);
void setExternal(onnx::TensorProto &tensor, llvm::StringRef location, llvm::StringRef offset = "",
                 llvm::StringRef length = "");

/// Adds a function to the domain "local" and imports that domain.
onnx::FunctionProto &addFunction(onnx::ModelProto &model, llvm::StringRef name,
                                 std::initializer_list<std::string> inputs, std::initializer_list<std::string> outputs);

/// A test with an empty folder, removed afterwards.
class ModelTest : public ::testing::Test {
protected:
  ModelTest();
  ~ModelTest() override;

  std::string pathOf(llvm::StringRef name) const;
  void write(llvm::StringRef name, llvm::StringRef bytes) const;

  /// A file that goes on with `zeros` zero bytes, which take no place on disk.
  void writeWithHole(llvm::StringRef name, llvm::StringRef bytes, uint64_t zeros) const;

  llvm::Expected<std::unique_ptr<OnnxModel>> tryLoad(const onnx::ModelProto &model) const;

  /// Fails the test, and gives null, if the model is refused.
  std::unique_ptr<OnnxModel> load(const onnx::ModelProto &model) const;

  /// The message with which the model is refused, "accepted" if it is not.
  std::string refusal(const onnx::ModelProto &model) const;

private:
  std::string folder;
};

} // namespace llmc::frontend::test

#endif
