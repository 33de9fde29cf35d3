// A dim_param is any text. One that is a plain name becomes a symbol; one that is a formula over such names is taken as
// that; any other, such as "floor(width/2)", becomes a symbol of its own under a name made from it.
#include "compiler/frontend/onnx/InterfaceDims.h"
#include "llvm/ADT/StringExtras.h"

namespace llmc::frontend {

using Code = OnnxErrorCode;

static bool isPlainName(llvm::StringRef text) {
  auto isPart = [](char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; };
  return !text.empty() && !llvm::isDigit(text.front()) && text.front() != '.' && llvm::all_of(text, isPart);
}

/// Defaults of inputs are constants: such inputs have no dims of their own.
template <typename Fn> static void forEachDim(const OnnxModel &model, Fn visit) {
  for (const GraphValue &input : model.graph().inputs())
    if (!input.defaultValue && input.type->dims)
      for (const Dim &dim : *input.type->dims)
        visit(dim);
}

llvm::Expected<InterfaceDims> InterfaceDims::read(const OnnxModel &model, const DimRanges &given) {
  InterfaceDims result;
  result.nameSymbols(model);
  for (const GraphValue &input : model.graph().inputs())
    if (!input.defaultValue)
      if (llvm::Error error = result.addInput(input, model))
        return error;
  if (llvm::Error error = result.apply(given, model))
    return error;
  return result;
}

llvm::ArrayRef<ir::DimExpr> InterfaceDims::of(const GraphValue &input) const { return dims.find(input.name)->second; }

std::string InterfaceDims::uniqueSymbol(llvm::StringRef proposal) {
  std::string name = proposal.empty() || llvm::isDigit(proposal.front()) ? "d" : "";
  for (char c : proposal)
    name += llvm::isAlnum(c) ? c : '_';
  std::string unique = name;
  for (int number = 2; givenNames.count(unique); ++number)
    unique = name + "_" + std::to_string(number);
  givenNames[unique] = proposal.str();
  return unique;
}

std::optional<ir::DimExpr> InterfaceDims::formula(llvm::StringRef text) const {
  auto parsed = ir::DimExpr::parse(text);
  if (!parsed)
    return std::nullopt;
  // Other names come from no input alone, so nothing would say what they are.
  bool known = llvm::all_of(parsed->symbols(), [&](const std::string &name) { return givenNames.count(name); });
  return known ? parsed : std::nullopt;
}

void InterfaceDims::nameSymbols(const OnnxModel &model) {
  // Plain names first: formulas are built of them, and they keep their spelling.
  forEachDim(model, [&](const Dim &dim) {
    if (isPlainName(dim.symbol)) {
      symbolOf[dim.symbol] = dim.symbol.str();
      givenNames[dim.symbol.str()] = dim.symbol.str();
    }
  });
  forEachDim(model, [&](const Dim &dim) {
    if (!dim.symbol.empty() && !symbolOf.contains(dim.symbol) && !formula(dim.symbol))
      symbolOf[dim.symbol] = uniqueSymbol(dim.symbol);
  });
}

llvm::Error InterfaceDims::addInput(const GraphValue &input, const OnnxModel &model) {
  std::string where = describe("input", input.name);
  if (!input.type->dims)
    return model.reporter().error<Code::InputRankUnknown>(where);
  ir::DimVector sizes;
  for (auto [axis, dim] : llvm::enumerate(*input.type->dims)) {
    auto symbol = symbolOf.find(dim.symbol);
    if (dim.size)
      sizes.push_back(*dim.size);
    else if (dim.symbol.empty())
      sizes.push_back(ir::DimExpr::symbol(uniqueSymbol((input.name + "_d" + llvm::Twine(axis)).str())));
    else if (symbol != symbolOf.end())
      sizes.push_back(ir::DimExpr::symbol(symbol->second));
    else
      sizes.push_back(*formula(dim.symbol));
  }
  dims[input.name] = std::move(sizes);
  return llvm::Error::success();
}

llvm::Error InterfaceDims::apply(const DimRanges &given, const OnnxModel &model) {
  for (const auto &option : given) {
    auto [least, most] = option.second;
    if (least < 0 || most < least)
      return model.reporter().error<Code::DimRange>("", quoted(option.first()), least, most);
    auto named = symbolOf.find(option.first());
    std::string symbol = named == symbolOf.end() ? option.first().str() : named->second;
    if (!givenNames.count(symbol)) {
      auto names = llvm::map_range(givenNames, [](const auto &pair) { return pair.second; });
      std::string list = llvm::join(names, ", ");
      return model.reporter().error<Code::DimUnknown>("", quoted(option.first()), list.empty() ? "none" : list);
    }
    userRanges[symbol] = {least, most};
  }
  for (auto &input : dims)
    for (ir::DimExpr &size : input.second)
      size = size.substitute([&](llvm::StringRef name) -> std::optional<ir::DimExpr> {
        auto range = userRanges.find(name.str());
        bool isFixed = range != userRanges.end() && range->second.first == range->second.second;
        return isFixed ? std::optional<ir::DimExpr>(range->second.first) : std::nullopt;
      });
  return llvm::Error::success();
}

} // namespace llmc::frontend
