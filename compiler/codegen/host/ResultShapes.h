// The sizes of all kernels' results, for observers: one after the other, those of equal results once.
#ifndef LLMC_COMPILER_CODEGEN_HOST_RESULTSHAPES_H
#define LLMC_COMPILER_CODEGEN_HOST_RESULTSHAPES_H

#include "compiler/ir/DimAnalysis.h"
#include "llvm/ADT/StringMap.h"

namespace llmc::codegen {

class ResultShapes {
public:
  /// Where the sizes begin among all of them.
  uint32_t add(llvm::ArrayRef<ir::DimExpr> shape) {
    std::string text;
    for (const ir::DimExpr &dim : shape)
      text += dim.text() + ", ";
    auto [place, isNew] = begins.try_emplace(text, static_cast<uint32_t>(all.size()));
    if (isNew)
      all.insert(all.end(), shape.begin(), shape.end());
    return place->second;
  }
  llvm::ArrayRef<ir::DimExpr> sizes() const { return all; }

private:
  std::vector<ir::DimExpr> all;
  llvm::StringMap<uint32_t> begins;
};

} // namespace llmc::codegen

#endif
