// Sizes as C expressions.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_CFORMULA_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_CFORMULA_H

#include "compiler/ir/DimExpr.h"
#include <functional>

namespace llmc::codegen {

/// Writes formulas in C. Functions that C lacks are called as PREFIX_floordiv and so on.
class CFormulas {
public:
  /// `parameter` gives the C name of a symbol.
  CFormulas(std::string prefix, std::function<std::string(llvm::StringRef)> parameter)
      : prefix(std::move(prefix)), parameter(std::move(parameter)) {}

  std::string text(const ir::DimExpr &formula);

  /// Definitions of the functions that have been used since.
  std::string helpers() const;

private:
  std::string text(const ir::DimAtom &atom);

  std::string prefix;
  std::function<std::string(llvm::StringRef)> parameter;
  unsigned used = 0; // bits by DimAtom::Kind
};

} // namespace llmc::codegen

#endif
