// Reads NAME=VALUE and NAME=LO..HI, and writes them back in one order.
#include "compiler/pipeline/DimChoice.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

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
  if (!dims.try_emplace(name, least, most).second)
    return usageError("dim \"" + name + "\" is given more than once; try: one --dim " + name + "=...");
  return llvm::Error::success();
}

llvm::Error checkDims(const DimChoice &dims, llvm::ArrayRef<ir::SymbolRange> symbols) {
  for (const std::string &text : dimTexts(dims)) {
    llvm::StringRef name = llvm::StringRef(text).split('=').first;
    auto symbol = llvm::find_if(symbols, [&](const ir::SymbolRange &range) { return range.name == name; });
    if (symbol == symbols.end()) {
      auto known = llvm::map_range(symbols, [](const ir::SymbolRange &range) { return range.name; });
      return usageError("no input has a dim named \"" + name +
                        "\"; try: " + (symbols.empty() ? "without --dim" : "one of " + llvm::join(known, ", ")));
    }
    auto [least, most] = dims.lookup(name);
    if (least < symbol->least || most > symbol->most)
      return usageError("dim \"" + text + "\": the model takes " + ir::rangeText(symbol->least, symbol->most) +
                        "; try: " + name + "=" + llvm::Twine(std::clamp(least, symbol->least, symbol->most)));
  }
  return llvm::Error::success();
}

llvm::Error refuseEmptyDims(const DimChoice &dims) {
  for (const auto &entry : dims)
    if (entry.second.second == 0)
      return usageError("dim \"" + entry.first() + "=0\" leaves nothing to compute; try: " + entry.first() + "=1");
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
