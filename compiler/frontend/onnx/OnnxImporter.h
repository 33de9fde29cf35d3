// Turns a loaded ONNX model into a module of the llmc dialect: `func.func @main` on tensors, sizes as symbols, weights
// as references into the model's files; and the same for some sizes, where that is asked for (see ir/Variants.h).
#ifndef LLMC_COMPILER_FRONTEND_ONNX_ONNXIMPORTER_H
#define LLMC_COMPILER_FRONTEND_ONNX_ONNXIMPORTER_H

#include "compiler/frontend/onnx/OnnxModel.h"
#include "compiler/frontend/onnx/OperatorTable.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/WeightStore.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

#include <memory>

namespace llmc::frontend {

/// What the user says about dims, by name: least and most value. Equal values fix the dim.
using DimRanges = llvm::StringMap<std::pair<int64_t, int64_t>>;

/// Sizes that the model is to have code of its own for.
struct ImportedVariant {
  std::string text; // "batch=1, seq=128"
  DimRanges dims;   // of all dims that the user speaks of
};

struct ImportOptions {
  DimRanges dims;
  std::vector<ImportedVariant> variants;
  /// The operators that nodes may have.
  OperatorTable operators;
};

struct ImportedModel {
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<ir::WeightStore> weights;
  std::vector<ir::ModelNode> nodes; // all of the model, in its order
};

/// Fails with one OnnxError. Loads the dialects that it needs into `context`. The result does not refer to `model`, but
/// to its bytes where it is in memory.
llvm::Expected<ImportedModel> importOnnx(const OnnxModel &model, mlir::MLIRContext &context,
                                         const ImportOptions &options);

} // namespace llmc::frontend

#endif
