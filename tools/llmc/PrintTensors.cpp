// Values are shown as doubles of six digits: enough to recognise a result, not to keep it.
#include "tools/llmc/PrintTensors.h"
#include "tools/llmc/TextTable.h"
#include "tools/llmc/tensors/ElementType.h"
#include <algorithm>
#include <cmath>

namespace llmc::tools {

static std::string number(double value) { return formatNumber("%.6g", value); }

static std::vector<std::string> row(const HostTensor &tensor) {
  constexpr size_t shown = 4;
  const ElementType *type = findElementType(tensor.dtype);
  size_t count = tensor.elementCount(), nans = 0;
  double least = INFINITY, most = -INFINITY;
  std::string first;
  for (size_t i = 0; i < count; ++i) {
    double value = loadElement(tensor.dtype, tensor.bytes.data() + i * type->bytes());
    if (i < shown)
      first += (i ? " " : "") + number(value);
    nans += std::isnan(value);
    least = std::fmin(least, value);
    most = std::fmax(most, value);
  }
  first += count > shown ? " ..." : "";
  if (nans)
    first += " (" + std::to_string(nans) + " NaN)";
  bool empty = least > most; // no elements, or none that is a number
  return {tensor.name, tensor.typeText(), empty ? "" : number(least), empty ? "" : number(most), first};
}

void printTensors(llvm::ArrayRef<HostTensor> tensors, llvm::raw_ostream &out) {
  TextTable table({"output", "type", "least", "most", "first values"});
  for (const HostTensor &tensor : tensors)
    table.add(row(tensor));
  table.print(out);
}

} // namespace llmc::tools
