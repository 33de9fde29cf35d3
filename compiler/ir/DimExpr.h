// Sizes as formulas: integer polynomials over dim symbols ("past + seq", "4 * batch * seq"), with floor division,
// remainder, minimum, maximum and broadcast where a polynomial does not do. Kept in one normal form, so that formulas
// that are equal as polynomials are equal as values. Sizes are never negative, which decides many comparisons. A result
// that 64 bits can't hold becomes a symbol "#overflow..." of which nothing is known, so no wrong size ever shows.
#ifndef LLMC_COMPILER_IR_DIMEXPR_H
#define LLMC_COMPILER_IR_DIMEXPR_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace llmc::ir {

struct DimAtom;

class DimExpr {
public:
  /// A product of atoms times a coefficient.
  struct Term {
    int64_t coefficient;
    std::vector<std::shared_ptr<const DimAtom>> factors; // sorted by text
  };

  DimExpr() : DimExpr(0) {}
  DimExpr(int64_t constant);

  /// A named size of the model's inputs with the values that it may take.
  static DimExpr symbol(llvm::StringRef name, int64_t least = 0, int64_t most = kUnbounded);
  /// Reads the form that `text` writes. Nothing when it is not a formula.
  static std::optional<DimExpr> parse(llvm::StringRef text);

  static DimExpr floorDiv(const DimExpr &a, const DimExpr &b);
  static DimExpr ceilDiv(const DimExpr &a, const DimExpr &b) { return floorDiv(a + (b - 1), b); }
  static DimExpr mod(const DimExpr &a, const DimExpr &b);
  static DimExpr min(const DimExpr &a, const DimExpr &b);
  static DimExpr max(const DimExpr &a, const DimExpr &b);
  /// The size that NumPy's broadcasting gives: b when a is 1, else a.
  static DimExpr broadcast(const DimExpr &a, const DimExpr &b);

  DimExpr operator+(const DimExpr &other) const;
  DimExpr operator-(const DimExpr &other) const;
  DimExpr operator*(const DimExpr &other) const;
  /// Equal for all values of the symbols, as far as the normal form shows it.
  bool operator==(const DimExpr &other) const { return text() == other.text(); }
  bool operator!=(const DimExpr &other) const { return !(*this == other); }

  std::optional<int64_t> constant() const;
  bool isConstant(int64_t value) const { return constant() == value; }
  /// The atom when this is nothing else, else null.
  const DimAtom *atom() const;
  /// The name when this is just a symbol, else "".
  llvm::StringRef symbolName() const;

  /// Bounds over all values of the symbols; kUnbounded (or its negative) when there is none.
  int64_t least() const;
  int64_t most() const;

  /// Whether `whole` is this times one term: where this is 0, so is `whole`.
  bool divides(const DimExpr &whole) const;

  /// Arithmetic on coefficients went beyond 64 bits. Such a formula has no value; it stands for an unknown number.
  bool isOverflown() const;

  /// The value when symbols have these values. Nothing when a symbol is unknown to `lookup`, or on division by zero.
  std::optional<int64_t> evaluate(llvm::function_ref<std::optional<int64_t>(llvm::StringRef)> lookup) const;
  /// With other formulas in place of symbols; symbols for which `lookup` has nothing stay.
  DimExpr substitute(llvm::function_ref<std::optional<DimExpr>(llvm::StringRef)> lookup) const;
  /// All names, sorted, each once.
  std::vector<std::string> symbols() const;

  llvm::ArrayRef<Term> terms() const { return polynomial; }
  std::string text() const;

  static constexpr int64_t kUnbounded = INT64_MAX;

private:
  explicit DimExpr(std::vector<Term> terms);
  static DimExpr overflow(llvm::StringRef what);
  static DimExpr fromAtom(std::shared_ptr<const DimAtom> atom);
  static DimExpr function(int kind, const DimExpr &a, const DimExpr &b);
  size_t degree() const; ///< of the longest product

  std::vector<Term> polynomial; // sorted; no zero coefficients; the constant comes last
};

/// What a formula is made of: a symbol, or a function of two formulas.
struct DimAtom {
  enum Kind { Symbol, FloorDiv, Mod, Min, Max, Broadcast };
  Kind kind;
  std::string text; // identity and order of atoms
  int64_t least = 0, most = DimExpr::kUnbounded;
  DimExpr left, right; // of functions
};

using DimVector = llvm::SmallVector<DimExpr, 4>;

/// A symbol's values for people: "1 to 512", "at least 0", "only 3".
std::string rangeText(int64_t least, int64_t most);

/// The number of elements of a tensor with these sizes.
DimExpr product(llvm::ArrayRef<DimExpr> dims);
/// Each size is 1 or that of `whole`, aligned at the last, so nothing is required of it that `whole` does not say too.
bool fitsInto(llvm::ArrayRef<DimExpr> dims, llvm::ArrayRef<DimExpr> whole);

} // namespace llmc::ir

#endif
