// The operators that one compilation knows: those of llmc, and those of the plugins that it names.
#ifndef LLMC_COMPILER_FRONTEND_ONNX_OPERATORTABLE_H
#define LLMC_COMPILER_FRONTEND_ONNX_OPERATORTABLE_H

#include "compiler/frontend/onnx/SupportedOps.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/Error.h"

namespace llmc::frontend {

class OperatorTable {
public:
  /// Adds the operators of a plugin. `rows` and `plugin`, its name, must outlive the table. Refuses an operator that
  /// llmc has itself, or another plugin, for some of the same opsets.
  llvm::Error add(llvm::ArrayRef<OperatorImporter> rows, llvm::StringRef plugin);

  /// The row for an operator, or null.
  const OperatorImporter *find(llvm::StringRef domain, llvm::StringRef name, int64_t opset) const;
  /// The oldest opset that has the operator; nothing where none has.
  std::optional<int64_t> oldest(llvm::StringRef domain, llvm::StringRef name) const;
  /// The plugin that brought a row of find(); empty for those of llmc.
  llvm::StringRef pluginOf(const OperatorImporter &row) const { return plugins.lookup(&row); }

private:
  using Key = std::pair<llvm::StringRef, llvm::StringRef>; ///< domain and name
  using Rows = llvm::DenseMap<Key, std::vector<const OperatorImporter *>>;

  static const Rows &builtIn();
  /// All rows of an operator.
  llvm::SmallVector<const OperatorImporter *> rowsOf(Key key) const;

  Rows added;
  llvm::DenseMap<const OperatorImporter *, llvm::StringRef> plugins;
};

} // namespace llmc::frontend

#endif
