// Constant tensors of a model as operations: small ones as llmc.constant, others as weights that stay in their file.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_TENSORIMPORTER_H
#define LLMC_COMPILER_FRONTEND_ONNX_TENSORIMPORTER_H

#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/ir/WeightStore.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/SymbolTable.h"

namespace llmc::frontend {

/// Tensors up to this many elements become attributes, so that passes see their values; so do integers that are all 0,
/// of a tensor that is in memory.
inline constexpr int64_t kLargestConstant = 1024;

/// The values of a tensor whose element type is compiled or narrow.
mlir::DenseElementsAttr denseAttribute(const TensorData &tensor, mlir::MLIRContext *context);

class TensorImporter {
public:
  TensorImporter(const OnnxModel &model, mlir::ModuleOp module, ir::WeightStore &weights)
      : model(model), symbols(module), weights(weights) {}

  /// The tensor at the builder's place. `name` is unique among the model's values; a weight that the module has already
  /// under this name is taken.
  mlir::Value materialize(const TensorData &tensor, llvm::StringRef name, mlir::ImplicitLocOpBuilder &builder);

private:
  mlir::Value getWeight(const TensorData &tensor, llvm::StringRef name, mlir::ImplicitLocOpBuilder &builder);

  const OnnxModel &model;
  mlir::SymbolTable symbols;
  ir::WeightStore &weights;
};

} // namespace llmc::frontend

#endif
