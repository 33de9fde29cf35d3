// Equations between formulas and sizes, solved one unknown at a time until none is left that tells
// something new.
#include "compiler/reference/DimSymbols.h"
#include "compiler/ir/DimAnalysis.h"
#include <list>

using namespace mlir;
using llmc::ir::DimExpr;

namespace llmc::reference {
namespace {

struct Equation {
  DimExpr formula;
  int64_t size;
  std::string place; // 'input "ids", axis 1'
};

class Solver {
public:
  llvm::StringMap<int64_t> symbols;

  void add(Equation equation) { open.push_back(std::move(equation)); }

  /// Solves what can be solved. What stays open has several unknowns, or none that is linear.
  llvm::Error solve() {
    for (bool progress = true; progress;) {
      progress = false;
      for (auto it = open.begin(); it != open.end();) {
        auto done = trySolve(*it);
        if (!done)
          return done.takeError();
        progress = progress || *done;
        it = *done ? open.erase(it) : std::next(it);
      }
    }
    return llvm::Error::success();
  }

private:
  std::optional<int64_t> valueOf(const DimExpr &formula) const {
    return formula.evaluate([&](llvm::StringRef name) -> std::optional<int64_t> {
      auto found = symbols.find(name);
      return found == symbols.end() ? std::nullopt : std::optional<int64_t>(found->second);
    });
  }

  llvm::Error mismatch(const Equation &equation, const std::string &expected) {
    return llvm::createStringError(equation.place + " has size " + std::to_string(equation.size) + ", but " + expected);
  }

  llvm::Expected<bool> trySolve(const Equation &equation) {
    if (auto value = valueOf(equation.formula)) {
      if (*value == equation.size)
        return true;
      std::string text = equation.formula.text(), number = std::to_string(*value);
      return mismatch(equation, text == number ? number + " is expected" : text + " is " + number);
    }
    // Known symbols become numbers; then one term with one symbol may be left beside the constant.
    DimExpr rest = equation.formula.substitute([&](llvm::StringRef name) -> std::optional<DimExpr> {
      auto found = symbols.find(name);
      return found == symbols.end() ? std::nullopt : std::optional<DimExpr>(DimExpr(found->second));
    });
    int64_t constant = 0, coefficient = 0;
    std::string unknown;
    for (const DimExpr::Term &term : rest.terms()) {
      if (term.factors.empty()) {
        constant = term.coefficient;
      } else if (unknown.empty() && term.factors.size() == 1 && term.factors[0]->kind == ir::DimAtom::Symbol) {
        unknown = term.factors[0]->text;
        coefficient = term.coefficient;
      } else {
        return false;
      }
    }
    if (unknown.empty())
      return false;
    int64_t difference = equation.size - constant;
    if (difference % coefficient != 0 || difference / coefficient < 0)
      return mismatch(equation, "no " + unknown + " makes " + equation.formula.text() + " that");
    symbols[unknown] = difference / coefficient;
    return true;
  }

  std::list<Equation> open;
};

std::string inputName(func::FuncOp function, unsigned index) {
  if (auto name = function.getArgAttrOfType<StringAttr>(index, ir::kNameAttr))
    return "input \"" + name.getValue().str() + "\"";
  return "input " + std::to_string(index);
}

llvm::Error addInput(func::FuncOp function, unsigned index, const Tensor &input, Solver &solver) {
  std::string name = inputName(function, index);
  auto type = dyn_cast<RankedTensorType>(function.getArgument(index).getType());
  if (!type)
    return llvm::createStringError(name + " is declared as no tensor");
  if (!input || input.elementType() != type.getElementType())
    return llvm::createStringError(name + " has another element type than the model declares");
  if (input.rank() != type.getRank())
    return llvm::createStringError(name + " has " + std::to_string(input.rank()) + " axes, but the model declares " +
                                   std::to_string(type.getRank()));
  auto texts = function.getArgAttrOfType<ArrayAttr>(index, ir::kDimsAttr);
  for (auto [axis, declared] : llvm::enumerate(type.getShape())) {
    DimExpr formula = DimExpr::symbol("arg" + std::to_string(index) + "_" + std::to_string(axis));
    std::string place = name + ", axis " + std::to_string(axis);
    if (!ShapedType::isDynamic(declared))
      solver.add({DimExpr(declared), input.size(axis), place});
    if (auto text = texts && axis < texts.size() ? dyn_cast<StringAttr>(texts[axis]) : StringAttr()) {
      auto parsed = DimExpr::parse(text.getValue());
      formula = parsed ? *parsed : DimExpr::symbol(text.getValue());
    } else if (!ShapedType::isDynamic(declared)) {
      continue;
    }
    solver.add({formula, input.size(axis), place});
  }
  return llvm::Error::success();
}

llvm::Error checkRanges(func::FuncOp function, const llvm::StringMap<int64_t> &symbols) {
  auto ranges = function->getAttrOfType<DictionaryAttr>(ir::kRangesAttr);
  if (!ranges)
    return llvm::Error::success();
  for (NamedAttribute entry : ranges) {
    auto range = dyn_cast<DenseI64ArrayAttr>(entry.getValue());
    auto found = symbols.find(entry.getName().getValue());
    if (!range || range.size() != 2 || found == symbols.end())
      continue;
    if (found->second < range[0] || found->second > range[1])
      return llvm::createStringError(entry.getName().getValue() + " is " + llvm::Twine(found->second) +
                                     ", but the model takes " + ir::rangeText(range[0], range[1]));
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<llvm::StringMap<int64_t>> bindDimSymbols(func::FuncOp function, ArrayRef<Tensor> inputs) {
  if (inputs.size() != function.getNumArguments())
    return llvm::createStringError("the model has " + llvm::Twine(function.getNumArguments()) + " inputs, but " +
                                   llvm::Twine(inputs.size()) + " are given");
  Solver solver;
  for (auto [index, input] : llvm::enumerate(inputs))
    if (auto error = addInput(function, index, input, solver))
      return error;
  if (auto error = solver.solve())
    return error;
  if (auto error = checkRanges(function, solver.symbols))
    return error;
  return std::move(solver.symbols);
}

} // namespace llmc::reference
