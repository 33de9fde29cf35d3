// Judges numbers against expected ones, element by element. Header only: the tensor files of the command line need it
// and link neither the compiler nor MLIR.
#ifndef LLMC_COMPILER_SUPPORT_COMPARISON_H
#define LLMC_COMPILER_SUPPORT_COMPARISON_H

#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

namespace llmc {

/// An element is within when |got - want| <= absolute + relative * |want|. Equal infinities and two NaNs are within; a
/// NaN or infinity against anything else is not.
struct Tolerance {
  double absolute = 0, relative = 0;
};

/// How many values of a tensor are no numbers.
struct NonFinite {
  uint64_t nan = 0, infinite = 0;

  bool any() const { return nan != 0 || infinite != 0; }
  void add(double value) {
    nan += std::isnan(value);
    infinite += std::isinf(value);
  }
  /// "12 NaN and 3 infinite", "no NaN".
  std::string text() const {
    if (!any())
      return "no NaN";
    std::string words = nan ? std::to_string(nan) + " NaN" : "";
    if (infinite)
      words += (nan ? " and " : "") + std::to_string(infinite) + " infinite";
    return words;
  }
};

/// From sums of products and of squares: of two zeros 1, of one of them 0.
inline double cosineOf(double products, double gotSquares, double wantSquares) {
  if (gotSquares > 0 && wantSquares > 0)
    return products / (std::sqrt(gotSquares) * std::sqrt(wantSquares));
  return gotSquares == wantSquares ? 1 : 0;
}

struct Comparison {
  uint64_t elements = 0;
  uint64_t mismatches = 0;  // elements that are not within the tolerance
  uint64_t worst = 0;       // row-major index of the element furthest beyond or nearest the tolerance
  double got = 0, want = 0; // the values there
  double maxAbsolute = 0;   // over pairs of finite values; NaN where there is no such pair among the elements
  double maxRelative = 0;   // |got - want| / |want|, likewise, over those with want != 0
  double cosine = 1;        // of the same pairs; 1 where both are all zeros
  uint64_t nonFinite = 0;   // mismatches because of a NaN or infinity on one side
  NonFinite gotSpecial, wantSpecial;

  bool within() const { return mismatches == 0; }

  /// What the other figures leave out: "of 8 values 2 NaN, wanted 2 NaN and 1 infinite". Empty where all is finite.
  std::string specialsText() const {
    if (!gotSpecial.any() && !wantSpecial.any())
      return "";
    return "of " + std::to_string(elements) + " values " + gotSpecial.text() + ", wanted " + wantSpecial.text();
  }

  /// One line for people: "3 of 512 differ, worst at 17: 0.5 instead of 0.25 (...)".
  std::string text() const {
    std::string line;
    llvm::raw_string_ostream out(line);
    out << mismatches << " of " << elements << " differ";
    if (mismatches)
      out << ", worst at " << worst << ": " << llvm::format("%.9g instead of %.9g", got, want);
    if (nonFinite)
      out << ", " << nonFinite << " by NaN or infinity";
    if (std::string specials = specialsText(); !specials.empty())
      out << "; " << specials;
    out << llvm::format(" (max abs %.3g, max rel %.3g, cosine %.8f)", maxAbsolute, maxRelative, cosine);
    return line;
  }
};

/// Goes through both tensors once: add() for each pair of elements in row-major order, then finish().
class Comparer {
public:
  explicit Comparer(Tolerance tolerance) : tolerance(tolerance) {}

  /// `sameBits`: both have one type and the same bits there, which settles it for large integers.
  void add(double got, double want, bool sameBits, bool differentIntegers) {
    uint64_t index = result.elements++;
    result.gotSpecial.add(got);
    result.wantSpecial.add(want);
    bool finite = std::isfinite(got) && std::isfinite(want);
    bool equal = sameBits || got == want || (std::isnan(got) && std::isnan(want));
    double difference = finite ? std::fabs(got - want) : 0;
    if (differentIntegers) { // conversion to double may have hidden it
      equal = false;
      difference = std::max(difference, 1.0);
    }
    if (finite)
      addFinite(got, want, difference);
    double excess = equal    ? 0
                    : finite ? difference - tolerance.absolute - tolerance.relative * std::fabs(want)
                             : std::numeric_limits<double>::infinity();
    bool mismatch = !equal && !(excess <= 0);
    result.mismatches += mismatch;
    result.nonFinite += mismatch && !finite;
    double rank = equal ? -std::numeric_limits<double>::infinity() : excess;
    if (index == 0 || rank > worstRank) {
      worstRank = rank;
      result.worst = index;
      result.got = got;
      result.want = want;
    }
  }

  Comparison finish() {
    if (result.elements && !finitePairs)
      result.cosine = result.maxAbsolute = result.maxRelative = std::numeric_limits<double>::quiet_NaN();
    else
      result.cosine = cosineOf(products, gotSquares, wantSquares);
    return result;
  }

private:
  void addFinite(double got, double want, double difference) {
    ++finitePairs;
    result.maxAbsolute = std::max(result.maxAbsolute, difference);
    if (want != 0)
      result.maxRelative = std::max(result.maxRelative, difference / std::fabs(want));
    products += got * want;
    gotSquares += got * got;
    wantSquares += want * want;
  }

  Tolerance tolerance;
  Comparison result;
  double worstRank = 0;
  uint64_t finitePairs = 0;
  double products = 0, gotSquares = 0, wantSquares = 0;
};

} // namespace llmc

#endif
