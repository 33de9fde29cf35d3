// What an operator's import function works with: the node, its operands as tensors, and the builder.
//
// The first error sticks. After it everything below returns harmless values, so an import function needs no check after
// each step; whoever called it asks for the error, and throws the module away.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_OPERATORCONTEXT_H
#define LLMC_COMPILER_FRONTEND_ONNX_OPERATORCONTEXT_H

#include "compiler/frontend/onnx/ElementTypeMapping.h"
#include "compiler/frontend/onnx/NodeView.h"
#include "compiler/frontend/onnx/ScalarMath.h"
#include "compiler/frontend/onnx/SizeMath.h"
#include "compiler/ir/DimOracle.h"
#include "compiler/ir/LlmcDialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"

#include <optional>

namespace llmc::frontend {

struct OnnxValue {
  mlir::Value tensor;
  OnnxElementType type;
};

class OperatorContext {
public:
  using ScalarFn = llvm::function_ref<mlir::Value(ScalarMath &, mlir::ValueRange)>;

  /// `inputs` has one entry an input of the node; those that are left out have no tensor. `plugin` is the name of the
  /// one that brought the operator.
  OperatorContext(const NodeView &node, mlir::ImplicitLocOpBuilder &builder, std::vector<OnnxValue> inputs,
                  llvm::StringRef plugin = "")
      : node(node), builder(builder), sizes(builder), plugin(plugin), inputs(std::move(inputs)),
        outputs(node.outputCount()) {}

  const NodeView node;
  mlir::ImplicitLocOpBuilder &builder;
  SizeMath sizes;

  //===--- errors ---===//
  template <OnnxErrorCode Code, typename... Args> void fail(const Args &...args) {
    if (!error)
      error.emplace(node.error<Code>(args...));
  }
  void fail(llvm::Error failure);
  bool failed() const { return error.has_value(); }
  llvm::Error takeError();

  //===--- operands ---===//
  size_t inputCount() const { return inputs.size(); }
  bool has(size_t index) const { return index < inputs.size() && inputs[index].tensor; }
  /// Null for one that is left out between others. Fails where the node has not that many.
  mlir::Value input(size_t index);
  OnnxElementType type(size_t index) const {
    return index < inputs.size() ? inputs[index].type : OnnxElementType::Float32;
  }

  static mlir::RankedTensorType typeOf(mlir::Value tensor);
  static int64_t rank(mlir::Value tensor) { return typeOf(tensor).getRank(); }
  static mlir::Type elementType(mlir::Value tensor) { return typeOf(tensor).getElementType(); }

  /// Operand `index`, a scalar or vector of integers, as one index an element.
  Sizes indexList(size_t index);
  /// The same where it has to be known now; `what` names it in the error. Nothing after a failure.
  std::optional<llvm::SmallVector<int64_t>> constantList(size_t index, llvm::StringRef what);
  /// The one value of a float operand that is known.
  static std::optional<double> constantScalar(mlir::Value tensor);

  /// Attributes, with the same defaults as NodeView's accessors.
  int64_t intAttr(llvm::StringRef name, int64_t byDefault);
  /// One that the node must have; 1 after a failure.
  int64_t intAttr(llvm::StringRef name);
  float floatAttr(llvm::StringRef name, float byDefault);
  llvm::StringRef stringAttr(llvm::StringRef name, llvm::StringRef byDefault);
  llvm::SmallVector<int64_t> intsAttr(llvm::StringRef name, llvm::ArrayRef<int64_t> byDefault);

  /// An axis that may count from the end, as a number from 0 to `rank` - 1. Nothing after a failure.
  std::optional<int64_t> axis(int64_t axis, int64_t rank);
  std::optional<llvm::SmallVector<int64_t>> axes(llvm::ArrayRef<int64_t> axes, int64_t rank); ///< ascending, each once

  /// Demands a relation between two sizes; `what` says what is wrong without it. Fails where it can't hold.
  void require(ir::DimRelation relation, mlir::Value a, mlir::Value b, llvm::StringRef what);

  //===--- building ---===//
  /// An operation of the dialect, its result type inferred.
  template <typename Op, typename... Args> mlir::Value make(Args &&...args) {
    return inferred(Op::create(builder, placeholder(), std::forward<Args>(args)...));
  }
  /// llmc.map. `type` tells signed from unsigned.
  mlir::Value map(mlir::ValueRange operands, OnnxElementType type, ScalarFn body);
  /// llmc.reduce over `axes`, ascending and each once; without axes there is nothing to do. It begins with `init`, a
  /// FloatAttr for floats, an IntegerAttr for integers, whose type is that of the result.
  mlir::Value reduce(mlir::Value tensor, llvm::ArrayRef<int64_t> axes, mlir::TypedAttr init, OnnxElementType type,
                     ScalarFn body);
  mlir::Value constant(mlir::DenseElementsAttr value);
  /// A scalar tensor.
  mlir::Value scalar(double value, mlir::Type elementType);
  /// The sizes as operations take them. Fails, and gives 0, where one is known to be negative.
  MixedSizes checkedSizes(llvm::ArrayRef<mlir::Value> sizes);
  mlir::Value reshape(mlir::Value tensor, llvm::ArrayRef<mlir::Value> sizes);
  mlir::Value expand(mlir::Value tensor, llvm::ArrayRef<mlir::Value> sizes);
  /// `tensor` repeated to the sizes of `target`, which it must not enlarge.
  mlir::Value repeatTo(mlir::Value tensor, mlir::Value target);
  mlir::Value transpose(mlir::Value tensor, llvm::ArrayRef<int64_t> perm);
  mlir::Value slice(mlir::Value tensor, llvm::ArrayRef<mlir::Value> offsets, llvm::ArrayRef<mlir::Value> sizes,
                    llvm::ArrayRef<int64_t> steps);
  /// A border of `filling`, a scalar.
  mlir::Value pad(mlir::Value tensor, mlir::Value filling, llvm::ArrayRef<mlir::Value> low,
                  llvm::ArrayRef<mlir::Value> high);
  mlir::Value iota(mlir::Value size);
  /// The type has to be one that is compiled.
  mlir::Value cast(const OnnxValue &value, OnnxElementType to);
  /// An index as a scalar tensor of i64.
  mlir::Value scalarOf(mlir::Value index);

  //===--- results ---===//
  void setResult(mlir::Value tensor, OnnxElementType type) { setResult(0, tensor, type); }
  void setResult(size_t index, mlir::Value tensor, OnnxElementType type);
  /// Of the type of input 0, the usual case.
  void setResult(mlir::Value tensor) { setResult(0, tensor, type(0)); }
  const OnnxValue &output(size_t index) const { return outputs[index]; }

private:
  mlir::Type placeholder() const { return mlir::RankedTensorType::get({}, builder.getF32Type()); }
  mlir::Value inferred(mlir::Operation *op);
  template <typename T> T keep(llvm::Expected<T> value, T harmless);

  llvm::StringRef plugin;
  std::vector<OnnxValue> inputs, outputs;
  std::optional<llvm::Error> error;
};

} // namespace llmc::frontend

#endif
