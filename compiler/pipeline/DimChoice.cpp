// Reads NAME=VALUE, NAME=LO..HI, NAME=LO.. and lists of them, and writes them back in one order.
#include "compiler/pipeline/DimChoice.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::pipeline {

constexpr size_t kMostVariants = 32;

static llvm::Error notUnderstood(llvm::StringRef text, llvm::StringRef example) {
  return usageError("dim \"" + text + "\" is not understood; try: " + example);
}

/// VALUE, LO..HI or LO..; nothing where it is none of them.
static std::optional<std::pair<int64_t, int64_t>> parseRange(llvm::StringRef text) {
  auto [low, high] = text.split("..");
  int64_t least, most;
  if (low.getAsInteger(10, least) || least < 0)
    return std::nullopt;
  if (!text.contains(".."))
    return {{least, least}};
  if (high.empty())
    return {{least, ir::DimExpr::kUnbounded}};
  return high.getAsInteger(10, most) ? std::nullopt : std::optional(std::pair(least, most));
}

static llvm::Error givenAgain(llvm::StringRef name) {
  return usageError("dim \"" + name + "\" is given more than once; try: one --dim " + name + "=...");
}

llvm::Error parseDim(llvm::StringRef text, DimChoice &dims) {
  auto [name, value] = text.split('=');
  auto range = parseRange(value);
  if (name.empty() || !range)
    return notUnderstood(text, "seq=128 or seq=1..512");
  auto [least, most] = *range;
  if (most < least)
    return usageError("dim \"" + text + "\": the range is empty; try: " + name + "=" + llvm::Twine(most) + ".." +
                      llvm::Twine(least));
  if (!dims.try_emplace(name, least, most).second)
    return givenAgain(name);
  return llvm::Error::success();
}

llvm::Error parseDim(llvm::StringRef text, DimChoice &dims, DimSizes &sizes) {
  auto [name, value] = text.split('=');
  if (sizes.count(name.str()) || dims.count(name))
    return givenAgain(name);
  if (!value.contains(','))
    return parseDim(text, dims);
  constexpr llvm::StringLiteral example = "seq=1,128 or seq=1,128,1..512";
  std::vector<int64_t> &own = sizes[name.str()];
  for (llvm::StringRef part : llvm::split(value, ',')) {
    auto range = parseRange(part);
    if (name.empty() || !range)
      return notUnderstood(text, example);
    if (part.contains("..")) {
      if (llvm::Error error = parseDim((name + "=" + part).str(), dims))
        return error;
    } else if (!llvm::is_contained(own, range->first)) {
      own.push_back(range->first);
    }
  }
  llvm::sort(own);
  return own.empty() ? notUnderstood(text, example) : llvm::Error::success();
}

static llvm::Error checkWithin(llvm::StringRef name, llvm::ArrayRef<int64_t> sizes, const DimChoice &dims) {
  auto range = dims.find(name);
  for (int64_t size : sizes)
    if (range != dims.end() && (size < range->second.first || size > range->second.second))
      return usageError("dim \"" + name + "=" + llvm::Twine(size) + "\" lies outside of its range, " +
                        ir::rangeText(range->second.first, range->second.second) + "; try: without one of them");
  return llvm::Error::success();
}

llvm::Expected<std::vector<frontend::ImportedVariant>> variantsOf(const DimChoice &dims, const DimSizes &sizes) {
  std::vector<frontend::ImportedVariant> variants;
  if (!sizes.empty())
    variants.push_back({"", dims});
  for (const auto &[name, own] : sizes) {
    if (llvm::Error error = checkWithin(name, own, dims))
      return std::move(error);
    if (variants.size() * own.size() > kMostVariants)
      return usageError("--dim gives more than " + llvm::Twine(kMostVariants) +
                        " combinations of sizes; try: those that are asked for most");
    for (const frontend::ImportedVariant &variant : std::exchange(variants, {}))
      for (int64_t size : own) {
        variants.push_back(variant);
        variants.back().dims[name] = {size, size};
        variants.back().text += (variant.text.empty() ? "" : ", ") + name + "=" + std::to_string(size);
      }
  }
  return variants;
}

DimChoice dimsOfVariant(llvm::StringRef text) {
  DimChoice dims;
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ", ", /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (llvm::StringRef part : parts)
    llvm::consumeError(parseDim(part, dims));
  return dims;
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

std::vector<std::string> dimTexts(const DimChoice &dims, const DimSizes &sizes) {
  std::map<std::string, std::string> texts; // by name
  for (const auto &[name, own] : sizes)
    texts[name] = llvm::join(llvm::map_range(own, [](int64_t size) { return std::to_string(size); }), ",");
  for (const auto &entry : dims) {
    auto [least, most] = entry.second;
    std::string &text = texts[entry.first().str()];
    text += (text.empty() ? "" : ",") + std::to_string(least) + (least == most ? "" : "..");
    text += least == most || most == ir::DimExpr::kUnbounded ? "" : std::to_string(most);
  }
  std::vector<std::string> lines;
  for (const auto &[name, text] : texts)
    lines.push_back(name + "=" + text);
  return lines;
}

} // namespace llmc::pipeline
