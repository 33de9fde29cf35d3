#include "tools/llmc/tensors/CompareTensors.h"

#include "tools/llmc/tensors/ElementType.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <limits>

using namespace llmc::tools;

namespace {

// Goes through both tensors once.
class Comparer {
public:
  explicit Comparer(Tolerance tolerance) : tolerance(tolerance) {}

  // `sameBits`: both have one type and the same bits there, which settles it for large integers.
  void add(double got, double want, bool sameBits, bool differentIntegers) {
    uint64_t index = result.elements++;
    bool finite = std::isfinite(got) && std::isfinite(want);
    bool equal = sameBits || got == want || (std::isnan(got) && std::isnan(want));
    double difference = finite ? std::fabs(got - want) : 0;
    if (differentIntegers) { // conversion to double may have hidden it
      equal = false;
      difference = std::max(difference, 1.0);
    }
    if (finite)
      addFinite(got, want, difference);
    double excess = equal ? 0
                    : finite
                        ? difference - tolerance.absolute - tolerance.relative * std::fabs(want)
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
    if (gotSquares > 0 && wantSquares > 0)
      result.cosine = products / (std::sqrt(gotSquares) * std::sqrt(wantSquares));
    else
      result.cosine = gotSquares == wantSquares ? 1 : 0;
    return result;
  }

private:
  void addFinite(double got, double want, double difference) {
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
  double products = 0, gotSquares = 0, wantSquares = 0;
};

} // namespace

llvm::Expected<Comparison>
llmc::tools::compareTensors(const HostTensor &got, const HostTensor &want, Tolerance tolerance) {
  const ElementType *gotType = findElementType(got.dtype), *wantType = findElementType(want.dtype);
  if (!gotType || !wantType || got.shape != want.shape || got.elementCount() != want.elementCount())
    return llvm::createStringError("got " + got.typeText() + ", expected " + want.typeText());
  bool sameType = got.dtype == want.dtype;
  bool integers = gotType->kind != ElementType::Float && gotType->kind != ElementType::Bool;
  Comparer comparer(tolerance);
  for (size_t i = 0; i < want.elementCount(); ++i) {
    const uint8_t *gotAt = &got.bytes[i * gotType->bytes];
    const uint8_t *wantAt = &want.bytes[i * wantType->bytes];
    bool sameBits = sameType && std::memcmp(gotAt, wantAt, gotType->bytes) == 0;
    comparer.add(loadElement(got.dtype, gotAt), loadElement(want.dtype, wantAt), sameBits,
                 sameType && integers && !sameBits);
  }
  return comparer.finish();
}

std::string Comparison::text() const {
  std::string line;
  llvm::raw_string_ostream out(line);
  out << mismatches << " of " << elements << " differ";
  if (mismatches)
    out << ", worst at " << worst << ": " << llvm::format("%.9g instead of %.9g", got, want);
  if (nonFinite)
    out << ", " << nonFinite << " by NaN or infinity";
  out << llvm::format(" (max abs %.3g, max rel %.3g, cosine %.8f)", maxAbsolute, maxRelative,
                      cosine);
  return line;
}
