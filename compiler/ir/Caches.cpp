#include "compiler/ir/Caches.h"
#include "compiler/ir/AttributeRows.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace llmc::ir {

static constexpr StringLiteral kInputSteps = "input_steps", kOutputSteps = "output_steps";

/// Of text that somebody has changed, rows that name nothing of the function are left out.
static bool namesTensors(func::FuncOp function, const NarrowCache &cache) {
  auto isInput = [&](unsigned number) { return number < function.getNumArguments(); };
  auto isOutput = [&](unsigned number) { return number < function.getNumResults(); };
  return isInput(cache.input) && isOutput(cache.output) &&
         (!cache.steps || (isInput(cache.steps->input) && isOutput(cache.steps->output)));
}

std::vector<NarrowCache> readCaches(func::FuncOp function) {
  std::vector<NarrowCache> caches;
  for (DictionaryAttr row : rowsOf(function, kCachesAttr)) {
    NarrowCache cache = {numberIn(row, "input"), numberIn(row, "output"), numberIn(row, "axis"),
                         numberIn(row, "dtype"), numberIn(row, "codes"),  {}};
    if (row.contains(kInputSteps))
      cache.steps = {numberIn(row, kInputSteps), numberIn(row, kOutputSteps)};
    if (namesTensors(function, cache))
      caches.push_back(cache);
  }
  return caches;
}

void writeCaches(func::FuncOp function, ArrayRef<NarrowCache> caches) {
  Builder builder(function.getContext());
  SmallVector<Attribute> table;
  for (const NarrowCache &cache : caches) {
    NamedAttrList row;
    auto set = [&](StringRef key, unsigned number) { row.set(key, builder.getI64IntegerAttr(number)); };
    set("axis", cache.axis);
    set("codes", cache.codes);
    set("dtype", cache.dtype);
    set("input", cache.input);
    set("output", cache.output);
    if (cache.steps) {
      set(kInputSteps, cache.steps->input);
      set(kOutputSteps, cache.steps->output);
    }
    table.push_back(row.getDictionary(function.getContext()));
  }
  function->setAttr(kCachesAttr, builder.getArrayAttr(table));
}

} // namespace llmc::ir
