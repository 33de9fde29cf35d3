#include "compiler/ir/AttributeRows.h"

using namespace mlir;

namespace llmc::ir {

SmallVector<DictionaryAttr> rowsOf(func::FuncOp function, StringRef table) {
  SmallVector<DictionaryAttr> rows;
  if (auto array = function->getAttrOfType<ArrayAttr>(table))
    for (Attribute entry : array)
      if (auto row = dyn_cast<DictionaryAttr>(entry))
        rows.push_back(row);
  return rows;
}

unsigned numberIn(DictionaryAttr row, StringRef key) {
  auto value = row.getAs<IntegerAttr>(key);
  return value ? static_cast<unsigned>(value.getInt()) : UINT_MAX;
}

} // namespace llmc::ir
