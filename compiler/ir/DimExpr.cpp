// The arithmetic of DimExpr. Terms are kept sorted by their text, constants last.
#include "compiler/ir/DimExpr.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/xxhash.h"
#include <algorithm>
#include <limits>
#include <set>

namespace llmc::ir {
namespace {

constexpr llvm::StringLiteral kOverflowPrefix = "#overflow";

/// Hostile formulas double with each operation. Those of nested windows, as Swin has them, are long but far below.
constexpr size_t kMostTerms = 16384, kMostDegree = 64, kMostText = 4 << 20;

using Factors = std::vector<std::shared_ptr<const DimAtom>>;

std::string factorsText(const Factors &factors) {
  return llvm::join(llvm::map_range(factors, [](const auto &f) { return f->text; }), " * ");
}

bool lessByText(const std::shared_ptr<const DimAtom> &a, const std::shared_ptr<const DimAtom> &b) {
  return a->text < b->text;
}

bool isUnbounded(int64_t value) { return value == DimExpr::kUnbounded || value <= -DimExpr::kUnbounded; }

int64_t saturatingAdd(int64_t a, int64_t b) {
  int64_t result;
  if (a == DimExpr::kUnbounded || b == DimExpr::kUnbounded)
    return DimExpr::kUnbounded;
  if (a == -DimExpr::kUnbounded || b == -DimExpr::kUnbounded)
    return -DimExpr::kUnbounded;
  if (llvm::AddOverflow(a, b, result))
    return a > 0 ? DimExpr::kUnbounded : -DimExpr::kUnbounded;
  return result;
}

int64_t saturatingMul(int64_t a, int64_t b) {
  if (a == 0 || b == 0)
    return 0;
  int64_t result;
  if (isUnbounded(a) || isUnbounded(b) || llvm::MulOverflow(a, b, result))
    return (a > 0) == (b > 0) ? DimExpr::kUnbounded : -DimExpr::kUnbounded;
  return result;
}

struct Bounds {
  int64_t least, most;
};

Bounds multiply(Bounds a, Bounds b) {
  int64_t corners[] = {saturatingMul(a.least, b.least), saturatingMul(a.least, b.most), saturatingMul(a.most, b.least),
                       saturatingMul(a.most, b.most)};
  return {*std::min_element(corners, corners + 4), *std::max_element(corners, corners + 4)};
}

Bounds boundsOf(const DimExpr &expr) {
  Bounds sum = {0, 0};
  for (const DimExpr::Term &term : expr.terms()) {
    Bounds bounds = {term.coefficient, term.coefficient};
    for (const auto &factor : term.factors)
      bounds = multiply(bounds, {factor->least, factor->most});
    sum = {saturatingAdd(sum.least, bounds.least), saturatingAdd(sum.most, bounds.most)};
  }
  return sum;
}

/// The one quotient that is no number of 64 bits.
bool leavesRange(int64_t a, int64_t b) { return a == std::numeric_limits<int64_t>::min() && b == -1; }

/// a / b when b's factors are all among a's and the coefficient divides.
std::optional<DimExpr::Term> divideTerm(const DimExpr::Term &a, const DimExpr::Term &b) {
  if (b.coefficient == 0 || leavesRange(a.coefficient, b.coefficient) || a.coefficient % b.coefficient != 0)
    return std::nullopt;
  DimExpr::Term result = {a.coefficient / b.coefficient, a.factors};
  for (const auto &factor : b.factors) {
    auto found = llvm::find_if(result.factors, [&](const auto &f) { return f->text == factor->text; });
    if (found == result.factors.end())
      return std::nullopt;
    result.factors.erase(found);
  }
  return result;
}

/// x * min(1, n * x) is x where x is never negative and n a positive number: exporters write "all, unless there are
/// none" so.
void dropIndicators(Factors &factors) {
  Factors all = factors;
  llvm::erase_if(factors, [&](const std::shared_ptr<const DimAtom> &factor) {
    if (factor->kind != DimAtom::Min || !(factor->left.isConstant(1) || factor->right.isConstant(1)))
      return false;
    const DimExpr &counted = factor->left.isConstant(1) ? factor->right : factor->left;
    if (counted.terms().size() != 1 || counted.terms().front().coefficient < 1 || counted.least() < 0)
      return false;
    std::string text = factorsText(counted.terms().front().factors);
    return llvm::any_of(all, [&](const auto &other) { return other->text == text; });
  });
}

std::optional<int64_t> applyFunction(DimAtom::Kind kind, int64_t a, int64_t b) {
  bool divides = b != 0 && !leavesRange(a, b);
  switch (kind) {
  case DimAtom::FloorDiv:
    return divides ? std::optional<int64_t>(llvm::divideFloorSigned(a, b)) : std::nullopt;
  case DimAtom::Mod:
    return divides ? std::optional<int64_t>(a - b * llvm::divideFloorSigned(a, b)) : std::nullopt;
  case DimAtom::Min:
    return std::min(a, b);
  case DimAtom::Max:
    return std::max(a, b);
  case DimAtom::Broadcast:
    return a == 1 ? b : a;
  case DimAtom::Symbol:
    break;
  }
  return std::nullopt;
}

const char *functionName(DimAtom::Kind kind) {
  switch (kind) {
  case DimAtom::FloorDiv:
    return "floordiv";
  case DimAtom::Mod:
    return "mod";
  case DimAtom::Min:
    return "min";
  case DimAtom::Max:
    return "max";
  case DimAtom::Broadcast:
    return "broadcast";
  case DimAtom::Symbol:
    break;
  }
  return "";
}

/// Rounded down; by something unbounded what is left of the sign.
int64_t quotientBound(int64_t a, int64_t b) {
  if (isUnbounded(a))
    return a;
  return b == DimExpr::kUnbounded ? (a < 0 ? -1 : 0) : llvm::divideFloorSigned(a, b);
}

Bounds functionBounds(DimAtom::Kind kind, Bounds a, Bounds b) {
  switch (kind) {
  case DimAtom::Min:
    return {std::min(a.least, b.least), std::min(a.most, b.most)};
  case DimAtom::Max:
    return {std::max(a.least, b.least), std::max(a.most, b.most)};
  case DimAtom::FloorDiv:
    if (b.least > 0)
      return {quotientBound(a.least, a.least < 0 ? b.least : b.most),
              quotientBound(a.most, a.most < 0 ? b.most : b.least)};
    return {-DimExpr::kUnbounded, DimExpr::kUnbounded};
  case DimAtom::Mod:
    if (b.least > 0)
      return {0, b.most == DimExpr::kUnbounded ? b.most : b.most - 1};
    return {-DimExpr::kUnbounded, DimExpr::kUnbounded};
  default:
    return {std::min(a.least, b.least), std::max(a.most, b.most)};
  }
}

} // namespace

DimExpr::DimExpr(int64_t constant) {
  if (constant != 0)
    polynomial.push_back({constant, {}});
}

DimExpr::DimExpr(std::vector<Term> terms) {
  for (Term &term : terms) {
    dropIndicators(term.factors);
    llvm::sort(term.factors, lessByText);
  }
  // Constants sort last: '~' is behind every letter that a symbol begins with.
  std::vector<std::pair<std::string, size_t>> order;
  for (auto [i, term] : llvm::enumerate(terms))
    order.emplace_back(term.factors.empty() ? "~" : factorsText(term.factors), i);
  llvm::sort(order);
  llvm::StringRef last; // what the polynomial ends with
  for (const auto &[key, place] : order) {
    Term &term = terms[place];
    if (polynomial.empty() || last != key) {
      last = key;
      polynomial.push_back(std::move(term));
    } else if (Term &sum = polynomial.back(); llvm::AddOverflow(sum.coefficient, term.coefficient, sum.coefficient)) {
      std::string what;
      for (const std::vector<Term> *list : {&polynomial, &terms})
        for (const Term &each : *list)
          what += std::to_string(each.coefficient) + " " + factorsText(each.factors) + " + ";
      *this = overflow(what);
      return;
    }
    if (polynomial.back().coefficient == 0) {
      polynomial.pop_back();
      last = "";
    }
  }
}

DimExpr DimExpr::fromAtom(std::shared_ptr<const DimAtom> atom) {
  return DimExpr(std::vector<Term>{{1, {std::move(atom)}}});
}

DimExpr DimExpr::symbol(llvm::StringRef name, int64_t least, int64_t most) {
  return fromAtom(std::make_shared<DimAtom>(DimAtom{DimAtom::Symbol, name.str(), least, most, {}, {}}));
}

/// Different overflows are different numbers: they must not cancel out.
DimExpr DimExpr::overflow(llvm::StringRef what) {
  return symbol((kOverflowPrefix + llvm::utohexstr(llvm::xxh3_64bits(what))).str(), -kUnbounded);
}

bool DimExpr::isOverflown() const {
  return llvm::any_of(symbols(), [](llvm::StringRef name) { return name.starts_with(kOverflowPrefix); });
}

DimExpr DimExpr::function(int kindNumber, const DimExpr &a, const DimExpr &b) {
  auto kind = static_cast<DimAtom::Kind>(kindNumber);
  if (a.constant() && b.constant())
    if (auto value = applyFunction(kind, *a.constant(), *b.constant()))
      return DimExpr(*value);
  Bounds bounds = functionBounds(kind, boundsOf(a), boundsOf(b));
  std::string text = std::string(functionName(kind)) + "(" + a.text() + ", " + b.text() + ")";
  if (text.size() > kMostText)
    return overflow(text);
  return fromAtom(std::make_shared<DimAtom>(DimAtom{kind, text, bounds.least, bounds.most, a, b}));
}

DimExpr DimExpr::operator+(const DimExpr &other) const {
  std::vector<Term> terms = polynomial;
  llvm::append_range(terms, other.polynomial);
  return DimExpr(std::move(terms));
}

DimExpr DimExpr::operator-(const DimExpr &other) const { return *this + other * DimExpr(-1); }

size_t DimExpr::degree() const {
  size_t most = 0;
  for (const Term &term : polynomial)
    most = std::max(most, term.factors.size());
  return most;
}

DimExpr DimExpr::operator*(const DimExpr &other) const {
  if (polynomial.size() * other.polynomial.size() > kMostTerms || degree() + other.degree() > kMostDegree)
    return overflow(text() + " * " + other.text());
  std::vector<Term> terms;
  for (const Term &a : polynomial)
    for (const Term &b : other.polynomial) {
      Term term = {0, a.factors};
      if (llvm::MulOverflow(a.coefficient, b.coefficient, term.coefficient))
        return overflow(text() + " * " + other.text());
      llvm::append_range(term.factors, b.factors);
      terms.push_back(std::move(term));
    }
  return DimExpr(std::move(terms));
}

bool DimExpr::divides(const DimExpr &whole) const {
  if (polynomial.empty() || polynomial.size() != whole.polynomial.size())
    return false;
  return llvm::any_of(whole.polynomial, [&](const Term &term) {
    auto factor = divideTerm(term, polynomial.front());
    return factor && *this * DimExpr(std::vector<Term>{*factor}) == whole;
  });
}

DimExpr DimExpr::floorDiv(const DimExpr &a, const DimExpr &b) {
  if (b.polynomial.size() == 1) {
    // Terms that divide exactly leave the division; the rest vanishes when it lies in [0, b).
    std::vector<Term> quotient, rest;
    for (const Term &term : a.polynomial) {
      if (auto exact = divideTerm(term, b.polynomial.front()))
        quotient.push_back(*exact);
      else
        rest.push_back(term);
    }
    DimExpr remaining((std::vector<Term>(rest)));
    bool vanishes = remaining.least() >= 0 && (b - remaining).least() > 0;
    if (rest.empty() || vanishes)
      return DimExpr(std::move(quotient));
    if (b.constant())
      return DimExpr(std::move(quotient)) + function(DimAtom::FloorDiv, remaining, b);
  }
  if (a == b)
    return 1;
  return function(DimAtom::FloorDiv, a, b);
}

DimExpr DimExpr::mod(const DimExpr &a, const DimExpr &b) {
  if (a.least() >= 0 && (b - a).least() > 0)
    return a;
  DimExpr quotient = floorDiv(a, b);
  for (const Term &term : quotient.terms())
    for (const auto &factor : term.factors)
      if (factor->kind == DimAtom::FloorDiv)
        return function(DimAtom::Mod, a, b);
  return a - quotient * b;
}

DimExpr DimExpr::min(const DimExpr &a, const DimExpr &b) {
  if (a.most() <= b.least())
    return a;
  if (b.most() <= a.least())
    return b;
  DimExpr difference = a - b;
  if (difference.most() <= 0)
    return a;
  if (difference.least() >= 0)
    return b;
  return a.text() < b.text() ? function(DimAtom::Min, a, b) : function(DimAtom::Min, b, a);
}

DimExpr DimExpr::max(const DimExpr &a, const DimExpr &b) {
  if (a.least() >= b.most())
    return a;
  if (b.least() >= a.most())
    return b;
  DimExpr difference = a - b;
  if (difference.least() >= 0)
    return a;
  if (difference.most() <= 0)
    return b;
  return a.text() < b.text() ? function(DimAtom::Max, a, b) : function(DimAtom::Max, b, a);
}

/// True when `expr` is min(other, c) with c at least 1. It broadcasts with `other` only where both are equal or where
/// it is 1, and gives `other` in both cases.
static bool isClippedFrom(const DimExpr &expr, const DimExpr &other) {
  const DimAtom *atom = expr.atom();
  return atom && atom->kind == DimAtom::Min &&
         ((atom->left == other && atom->right.least() >= 1) || (atom->right == other && atom->left.least() >= 1));
}

DimExpr DimExpr::broadcast(const DimExpr &a, const DimExpr &b) {
  if (a == b || b.isConstant(1))
    return a;
  if (a.isConstant(1))
    return b;
  if (a.constant() || a.least() > 1)
    return a;
  if (b.constant() || b.least() > 1)
    return b;
  if (isClippedFrom(b, a))
    return a;
  if (isClippedFrom(a, b))
    return b;
  return function(DimAtom::Broadcast, a, b);
}

std::optional<int64_t> DimExpr::constant() const {
  if (polynomial.empty())
    return 0;
  if (polynomial.size() == 1 && polynomial.front().factors.empty())
    return polynomial.front().coefficient;
  return std::nullopt;
}

const DimAtom *DimExpr::atom() const {
  if (polynomial.size() != 1 || polynomial.front().coefficient != 1 || polynomial.front().factors.size() != 1)
    return nullptr;
  return polynomial.front().factors.front().get();
}

llvm::StringRef DimExpr::symbolName() const {
  const DimAtom *only = atom();
  return only && only->kind == DimAtom::Symbol ? llvm::StringRef(only->text) : "";
}

int64_t DimExpr::least() const { return boundsOf(*this).least; }
int64_t DimExpr::most() const { return boundsOf(*this).most; }

std::optional<int64_t> DimExpr::evaluate(llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> lookup) const {
  int64_t sum = 0;
  for (const Term &term : polynomial) {
    int64_t value = term.coefficient;
    for (const auto &factor : term.factors) {
      std::optional<int64_t> factorValue;
      if (factor->kind == DimAtom::Symbol) {
        factorValue = lookup(factor->text);
      } else {
        auto left = factor->left.evaluate(lookup), right = factor->right.evaluate(lookup);
        if (left && right)
          factorValue = applyFunction(factor->kind, *left, *right);
      }
      if (!factorValue || llvm::MulOverflow(value, *factorValue, value))
        return std::nullopt;
    }
    if (llvm::AddOverflow(sum, value, sum))
      return std::nullopt;
  }
  return sum;
}

DimExpr DimExpr::substitute(llvm::function_ref<std::optional<DimExpr>(llvm::StringRef)> lookup) const {
  DimExpr sum = 0;
  for (const Term &term : polynomial) {
    DimExpr value = term.coefficient;
    for (const auto &factor : term.factors) {
      if (factor->kind == DimAtom::Symbol) {
        auto replacement = lookup(factor->text);
        value = value * (replacement ? *replacement : fromAtom(factor));
        continue;
      }
      DimExpr left = factor->left.substitute(lookup), right = factor->right.substitute(lookup);
      switch (factor->kind) {
      case DimAtom::FloorDiv:
        value = value * floorDiv(left, right);
        break;
      case DimAtom::Mod:
        value = value * mod(left, right);
        break;
      case DimAtom::Min:
        value = value * min(left, right);
        break;
      case DimAtom::Max:
        value = value * max(left, right);
        break;
      default:
        value = value * broadcast(left, right);
      }
    }
    sum = sum + value;
  }
  return sum;
}

static void collectSymbols(const DimExpr &expr, std::set<std::string> &names) {
  for (const DimExpr::Term &term : expr.terms())
    for (const auto &factor : term.factors) {
      if (factor->kind == DimAtom::Symbol) {
        names.insert(factor->text);
        continue;
      }
      collectSymbols(factor->left, names);
      collectSymbols(factor->right, names);
    }
}

std::vector<std::string> DimExpr::symbols() const {
  std::set<std::string> names;
  collectSymbols(*this, names);
  return {names.begin(), names.end()};
}

std::string DimExpr::text() const {
  if (polynomial.empty())
    return "0";
  std::string result;
  for (const Term &term : polynomial) {
    int64_t coefficient = term.coefficient;
    if (!result.empty()) {
      result += coefficient < 0 ? " - " : " + ";
      coefficient = coefficient == INT64_MIN ? coefficient : std::abs(coefficient);
    }
    if (term.factors.empty())
      result += std::to_string(coefficient);
    else if (coefficient == 1)
      result += factorsText(term.factors);
    else
      result += std::to_string(coefficient) + " * " + factorsText(term.factors);
  }
  return result;
}

std::string rangeText(int64_t least, int64_t most) {
  std::string from = std::to_string(least);
  if (most == DimExpr::kUnbounded)
    return "at least " + from;
  return least == most ? "only " + from : from + " to " + std::to_string(most);
}

DimExpr product(llvm::ArrayRef<DimExpr> dims) {
  DimExpr result = 1;
  for (const DimExpr &dim : dims)
    result = result * dim;
  return result;
}

bool fitsInto(llvm::ArrayRef<DimExpr> dims, llvm::ArrayRef<DimExpr> whole) {
  return dims.size() <= whole.size() && llvm::all_of(llvm::seq<size_t>(0, dims.size()), [&](size_t i) {
           const DimExpr &size = dims[dims.size() - 1 - i];
           return size.isConstant(1) || size == whole[whole.size() - 1 - i];
         });
}

} // namespace llmc::ir
