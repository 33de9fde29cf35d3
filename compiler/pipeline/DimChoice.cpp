// Reads NAME=VALUE and NAME=LO..HI, and writes them back in one order.
#include "compiler/pipeline/DimChoice.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::pipeline {

llvm::Error parseDim(llvm::StringRef text, DimChoice &dims) {
  auto [name, value] = text.split('=');
  auto [low, high] = value.split("..");
  int64_t least, most;
  bool range = value.contains("..");
  if (name.empty() || low.getAsInteger(10, least) || (range && high.getAsInteger(10, most)) || least < 0)
    return usageError("dim \"" + text + "\" is not understood; try: seq=128 or seq=1..512");
  if (!range)
    most = least;
  if (most < least)
    return usageError("dim \"" + text + "\": the range is empty; try: " + name + "=" + high + ".." + low);
  dims[name] = {least, most};
  return llvm::Error::success();
}

std::vector<std::string> dimTexts(const DimChoice &dims) {
  std::vector<std::string> texts;
  for (const auto &entry : dims) {
    auto [least, most] = entry.second;
    std::string range = least == most ? "" : ".." + std::to_string(most);
    texts.push_back(entry.first().str() + "=" + std::to_string(least) + range);
  }
  llvm::sort(texts);
  return texts;
}

} // namespace llmc::pipeline
