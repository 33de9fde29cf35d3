// Solves the sizes of arguments for symbols.
#include "compiler/ir/SymbolBinding.h"
#include "compiler/ir/States.h"
#include <set>

using namespace mlir;

namespace llmc::ir {
namespace {

struct Place {
  unsigned argument, axis;
  DimExpr size;
};

/// `size = rest + symbol` solved for the only symbol that is not bound yet.
std::optional<SymbolBinding> solve(const Place &place, const std::set<std::string> &bound) {
  std::string unknown;
  for (const std::string &symbol : place.size.symbols()) {
    if (bound.count(symbol))
      continue;
    if (!unknown.empty())
      return std::nullopt;
    unknown = symbol;
  }
  if (unknown.empty())
    return std::nullopt;
  DimExpr rest = place.size - DimExpr::symbol(unknown);
  for (const std::string &symbol : rest.symbols())
    if (symbol == unknown) // not linear with factor 1
      return std::nullopt;
  return SymbolBinding{unknown, place.argument, place.axis, DimExpr::symbol(kArgumentSize) - rest};
}

} // namespace

SymbolBindings bindSymbols(func::FuncOp function, DimAnalysis &analysis) {
  std::vector<Place> places;
  std::set<std::string> all, bound;
  for (BlockArgument argument : function.getArguments()) {
    if (!isa<RankedTensorType>(argument.getType()))
      continue;
    for (auto [axis, size] : llvm::enumerate(analysis.dims(argument))) {
      places.push_back({argument.getArgNumber(), static_cast<unsigned>(axis), size});
      for (std::string &symbol : size.symbols())
        all.insert(std::move(symbol));
    }
  }
  std::vector<State> states = readStates(function);
  auto isGiven = [&](const Place &place) {
    return llvm::none_of(states, [&](const State &s) { return s.input == place.argument && s.axis != place.axis; });
  };
  // Plain symbols first, so that "past + seq" does not have to define what another input says directly. Of a state that
  // a context keeps nobody says more than the length.
  auto key = [&](const Place &place) {
    return std::make_tuple(!isGiven(place), place.size.symbolName().empty(), place.argument, place.axis);
  };
  llvm::sort(places, [&](const Place &a, const Place &b) { return key(a) < key(b); });
  SymbolBindings result;
  for (bool changed = true; changed;) {
    changed = false;
    for (const Place &place : places)
      if (auto binding = solve(place, bound)) {
        bound.insert(binding->symbol);
        result.bindings.push_back(*binding);
        changed = true;
      }
  }
  for (const std::string &symbol : all)
    if (!bound.count(symbol))
      result.unbound.push_back(symbol);
  return result;
}

} // namespace llmc::ir
