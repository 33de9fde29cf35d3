// Exponentials reduce x to n ln(2) + r; all of them are made of 2^n and one polynomial in r. The polynomials have the
// least relative error on their interval, by least squares whose weights go where it is large, and are rounded to f32
// from the first coefficient on, each time with the others fitted to what is left.
#include "compiler/codegen/cpu/llvm/FloatFunctions.h"
#include <cmath>

using namespace mlir;

namespace llmc::codegen::cpu {
namespace {

/// (e^r - 1) / r for |r| <= ln(2) / 2, off by 2^-26.
constexpr double kExponential[] = {1, 0x1.fffffep-2, 0x1.5554b4p-3, 0x1.5556f4p-5, 0x1.12253ep-7, 0x1.6b9a24p-10};

/// 2 e^r for |r| <= ln(2) / 2, off by 2^-13, and exact for 0.
constexpr double kCoarseExponential[] = {2, 0x1.000cd6p+1, 0x1.021d62p+0, 0x1.5249c4p-2};

/// x is n ln(2) + r, |r| <= ln(2) / 2.
struct Reduced {
  Value r, halfPower; // 2^(n - 1)
};

/// Beyond where e^x is infinite or 0, x is what gives that. Where r is coarse, it is off by 2^-24 of x.
Reduced reduce(FloatBuilder &build, Value x, bool isCoarse = false) {
  constexpr double least = -87.5, most = 89; // n is -126 and 128
  // The sum with a number between 2^23 and 2^24 is rounded to a whole one, whose last bits are the exponent of 2^(n -
  // 1) as floats store it; that of n = -126 means 0.
  constexpr double shift = 0x1.8p23 + 126;
  // ln(2) in two parts: n times the first, taken from x, leaves what f32 has room for. It is the smaller, so that the
  // rest of -0 is -0.
  constexpr double high = 0x1.62e42ep-1, low = M_LN2 - high;
  Value inside = build.clamp(x, least, most);
  Value shifted = build.multiplyAdd(inside, build.constant(M_LOG2E), build.constant(shift));
  Value n = build.sub(shifted, build.constant(shift));
  Value r = build.multiplyAdd(n, build.constant(-high), inside);
  if (!isCoarse)
    r = build.multiplyAdd(n, build.constant(-low), r);
  return {r, build.shiftBitsLeft(shifted, 23)};
}

/// (e^x - 1) / 2. It is halved, as the power of 2 is, since that of a large x has no room in f32.
Value halfExponentialMinus1(FloatBuilder &build, Value x) {
  Reduced reduced = reduce(build, x);
  Value rest = build.mul(reduced.r, build.polynomial(kExponential, reduced.r));
  Value below = build.sub(build.constant(0.5), reduced.halfPower); // +0 for n = 0, and -0 times 2^n less that is -0
  return build.multiplyAdd(reduced.halfPower, rest, build.negate(below));
}

/// Where erf is 1 for f32.
constexpr double kErrorEnd = 4;

/// erf(x) / x - 1/4 for |x| <= 4, by a polynomial in x^2 - 8: about the middle neither end loses digits to the other's.
/// It is exactly 0 at the end, and small before it: where erf is nearly 1, and GELU of a negative number adds 1 to
/// -erf, its roundings hardly count.
Value errorQuotient(FloatBuilder &build, Value x) {
  constexpr double coefficients[] = {0x1.a8101ep-4,   -0x1.69a0c8p-6, 0x1.0dabb6p-9,   -0x1.b93072p-13, 0x1.717d3ap-16,
                                     -0x1.31f924p-19, 0x1.eab33ep-23, -0x1.786ee6p-26, 0x1.0e8fd2p-29,  -0x1.6579bcp-33,
                                     0x1.d5e10ep-37,  -0x1.43bbap-40, 0x1.4a69fep-44,  -0x1.3eb176p-49, 0x1.f6fc98p-53,
                                     -0x1.5e1944p-55, 0x1.0a4fc4p-59};
  return build.polynomial(coefficients, build.multiplyAdd(x, x, build.constant(-8)));
}

} // namespace

Value exponential(FloatBuilder &build, Value x) {
  Reduced reduced = reduce(build, x);
  SmallVector<double> doubled = {2}; // 2 e^r
  for (double coefficient : kExponential)
    doubled.push_back(2 * coefficient);
  return build.mul(build.polynomial(doubled, reduced.r), reduced.halfPower);
}

Value coarseExponential(FloatBuilder &build, Value x) {
  Reduced reduced = reduce(build, x, /*isCoarse=*/true);
  return build.mul(build.polynomial(kCoarseExponential, reduced.r), reduced.halfPower);
}

Value exponentialMinus1(FloatBuilder &build, Value x) {
  return build.mul(build.constant(2), halfExponentialMinus1(build, x));
}

Value hyperbolicTangent(FloatBuilder &build, Value x) {
  Value half = halfExponentialMinus1(build, build.mul(build.constant(2), x));
  return build.div(half, build.add(half, build.constant(1)));
}

Value errorFunction(FloatBuilder &build, Value x) {
  Value inside = build.clamp(x, -kErrorEnd, kErrorEnd);
  return build.multiplyAdd(inside, errorQuotient(build, inside), build.mul(inside, build.constant(0.25)));
}

Value normalDistribution(FloatBuilder &build, Value x) {
  Value inside = build.clamp(build.mul(x, build.constant(M_SQRT1_2)), -kErrorEnd, kErrorEnd);
  Value half = build.constant(0.5), line = build.multiplyAdd(inside, build.constant(0.125), half);
  return build.multiplyAdd(build.mul(inside, half), errorQuotient(build, inside), line);
}

/// By a polynomial whose value at the ends is 1/2, so that it is 0 and 1 from there on.
Value coarseNormalDistribution(FloatBuilder &build, Value x) {
  constexpr double end = 3 * M_SQRT2; // as far as bf16 can tell
  constexpr double coefficients[] = {0.5,           -0x1.fc1024p-3, 0x1.e1f544p-3, 0x1.5751d6p-2, 0x1.483c8ep+1,
                                     0x1.9ec6fcp+2, 0x1.43cf9ep+3,  0x1.01d588p+3, 0x1.73196ap+1};
  Value inside = build.clamp(build.mul(x, build.constant(1 / end)), -1, 1);
  Value belowEnd = build.multiplyAdd(inside, inside, build.constant(-1));
  return build.multiplyAdd(inside, build.polynomial(coefficients, belowEnd), build.constant(0.5));
}

} // namespace llmc::codegen::cpu
