// The rows of llmc are shared by all tables; each holds those of its plugins beside them.
#include "compiler/frontend/onnx/OperatorTable.h"
#include "compiler/frontend/onnx/OpsetVersions.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::frontend {

const OperatorTable::Rows &OperatorTable::builtIn() {
  static const Rows rows = [] {
    Rows built;
    for (auto *family :
         {constantOperators, elementwiseOperators, activationOperators, matmulOperators, movementOperators,
          normalizationOperators, quantizationOperators, blockQuantizationOperators, microsoftProductOperators,
          quantizedAttentionOperators, quantizedFunctionOperators, reductionOperators, shapeOperators})
      for (const OperatorImporter &row : family())
        built[{row.domain, row.name}].push_back(&row);
    return built;
  }();
  return rows;
}

llvm::SmallVector<const OperatorImporter *> OperatorTable::rowsOf(Key key) const {
  llvm::SmallVector<const OperatorImporter *> rows;
  for (const Rows *table : {&added, &builtIn()})
    if (auto found = table->find(key); found != table->end())
      llvm::append_range(rows, found->second);
  return rows;
}

static std::string opsetsOf(const OperatorImporter &row) {
  return "opset " + std::to_string(row.oldest) +
         (row.newest == kNewest ? " and newer" : " to " + std::to_string(row.newest));
}

llvm::Error OperatorTable::add(llvm::ArrayRef<OperatorImporter> rows, llvm::StringRef plugin) {
  for (const OperatorImporter &row : rows) {
    for (const OperatorImporter *other : rowsOf({row.domain, row.name})) {
      if (row.oldest > other->newest || other->oldest > row.newest)
        continue;
      llvm::StringRef owner = pluginOf(*other);
      return usageError("plugin " + plugin + " brings " + displayedDomain(row.domain) + " " + row.name + " of " +
                        opsetsOf(row) + ", but " + (owner.empty() ? "llmc itself" : ("plugin " + owner).str()) +
                        " has it for " + opsetsOf(*other) +
                        "; try: " + (owner.empty() ? "a domain of the plugin's own" : "only one of the two plugins"));
    }
    added[{row.domain, row.name}].push_back(&row);
    plugins[&row] = plugin;
  }
  return llvm::Error::success();
}

const OperatorImporter *OperatorTable::find(llvm::StringRef domain, llvm::StringRef name, int64_t opset) const {
  for (const OperatorImporter *row : rowsOf({domain, name}))
    if (opset >= row->oldest && opset <= row->newest)
      return row;
  return nullptr;
}

std::optional<int64_t> OperatorTable::oldest(llvm::StringRef domain, llvm::StringRef name) const {
  std::optional<int64_t> oldest;
  for (const OperatorImporter *row : rowsOf({domain, name}))
    oldest = std::min(oldest.value_or(kNewest), row->oldest);
  return oldest;
}

} // namespace llmc::frontend
