// Polynomials term by term; the rest by small functions.
#include "compiler/codegen/artefact/CFormula.h"

namespace llmc::codegen {
namespace {

struct Helper {
  ir::DimAtom::Kind kind;
  const char *name, *body;
};

constexpr Helper kHelpers[] = {
    {ir::DimAtom::FloorDiv, "floordiv", "return a / b - (a % b != 0 && (a < 0) != (b < 0));"},
    {ir::DimAtom::Mod, "mod", "return a % b + (a % b != 0 && (a < 0) != (b < 0) ? b : 0);"},
    {ir::DimAtom::Min, "min", "return a < b ? a : b;"},
    {ir::DimAtom::Max, "max", "return a < b ? b : a;"},
    {ir::DimAtom::Broadcast, "broadcast", "return a == 1 ? b : a;"},
};

} // namespace

std::string CFormulas::text(const ir::DimAtom &atom) {
  for (const Helper &helper : kHelpers)
    if (helper.kind == atom.kind) {
      used |= 1u << atom.kind;
      return prefix + "_" + helper.name + "_(" + text(atom.left) + ", " + text(atom.right) + ")";
    }
  return parameter(atom.text);
}

std::string CFormulas::text(const ir::DimExpr &formula) {
  std::string result;
  for (const ir::DimExpr::Term &term : formula.terms()) {
    bool negative = term.coefficient < 0;
    uint64_t size = negative ? 0 - static_cast<uint64_t>(term.coefficient) : term.coefficient;
    std::string product = size != 1 || term.factors.empty() ? std::to_string(size) : "";
    for (const auto &factor : term.factors)
      product += (product.empty() ? "" : " * ") + text(*factor);
    result += result.empty() ? (negative ? "-" : "") : (negative ? " - " : " + ");
    result += product;
  }
  return result.empty() ? "0" : result;
}

std::string CFormulas::helpers() const {
  std::string result;
  for (const Helper &helper : kHelpers)
    if (used >> helper.kind & 1)
      result +=
          "static inline int64_t " + prefix + "_" + helper.name + "_(int64_t a, int64_t b) { " + helper.body + " }\n";
  return result;
}

} // namespace llmc::codegen
