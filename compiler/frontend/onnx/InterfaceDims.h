// The dims of a model's inputs as formulas over dim symbols, with what the user says about them.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_INTERFACEDIMS_H
#define LLMC_COMPILER_FRONTEND_ONNX_INTERFACEDIMS_H

#include "compiler/frontend/onnx/OnnxImporter.h"
#include "compiler/ir/DimExpr.h"

#include <map>
#include <string>

namespace llmc::frontend {

class InterfaceDims {
public:
  /// Names every dim of the inputs, and checks the user's dims against these names.
  static llvm::Expected<InterfaceDims> read(const OnnxModel &model, const DimRanges &given);

  /// The sizes of an input of the graph.
  llvm::ArrayRef<ir::DimExpr> of(const GraphValue &input) const;

  /// The symbols that the user gave a range, with it.
  const std::map<std::string, std::pair<int64_t, int64_t>> &ranges() const { return userRanges; }

private:
  llvm::Error addInput(const GraphValue &input, const OnnxModel &model);
  void nameSymbols(const OnnxModel &model);
  llvm::Error apply(const DimRanges &given, const OnnxModel &model);
  std::string uniqueSymbol(llvm::StringRef proposal);
  std::optional<ir::DimExpr> formula(llvm::StringRef text) const;

  llvm::StringMap<std::string> symbolOf;         ///< dim_params that stand for a symbol
  std::map<std::string, std::string> givenNames; ///< symbol -> what the model calls it
  llvm::StringMap<ir::DimVector> dims;           ///< by input
  std::map<std::string, std::pair<int64_t, int64_t>> userRanges;
};

} // namespace llmc::frontend

#endif
