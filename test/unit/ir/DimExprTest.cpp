// Formulas of sizes: normal form, text, division, bounds, functions, evaluation, substitution.
#include "compiler/ir/DimExpr.h"
#include "llvm/ADT/StringMap.h"
#include "gtest/gtest.h"

namespace llmc::ir {
namespace {

DimExpr parse(llvm::StringRef text) {
  auto expr = DimExpr::parse(text);
  EXPECT_TRUE(expr.has_value()) << text.str();
  return expr.value_or(DimExpr());
}
std::string normal(llvm::StringRef text) { return parse(text).text(); }

std::optional<int64_t> valueOf(const DimExpr &expr, llvm::StringMap<int64_t> values) {
  return expr.evaluate([&](llvm::StringRef name) -> std::optional<int64_t> {
    auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional<int64_t>(found->second);
  });
}

const DimExpr a = DimExpr::symbol("a"), b = DimExpr::symbol("b"), c = DimExpr::symbol("c");
const DimExpr small = DimExpr::symbol("small", 1, 8); // 1 to 8

TEST(DimExprTest, equalPolynomialsHaveOneForm) {
  EXPECT_EQ(a + b, b + a);
  EXPECT_EQ(a * b, b * a);
  EXPECT_EQ((a + b) * (a - b), a * a - b * b);
  EXPECT_EQ(a - a, DimExpr(0));
  EXPECT_EQ((a + 1) * 2 - 2, a * 2);
  EXPECT_EQ(a * 0, DimExpr(0));
  EXPECT_NE(a, b);
  EXPECT_NE(a * a, a);
  EXPECT_EQ((b + 3 + a).text(), "a + b + 3");
  EXPECT_EQ((DimExpr(3) - a * b * 2).text(), "-2 * a * b + 3");
}

TEST(DimExprTest, sizeTimesWhetherThereAreAnyIsTheSize) {
  EXPECT_EQ(a * DimExpr::min(1, a), a);
  EXPECT_EQ(DimExpr::min(a, 1) * b * a * 3, a * b * 3);
  EXPECT_EQ(DimExpr::max(0, a - a * DimExpr::min(1, a)), DimExpr(0));
  EXPECT_EQ((b * DimExpr::min(1, a)).text(), "b * min(1, a)");
  EXPECT_EQ(a * DimExpr::min(1, a * 4), a);
  EXPECT_EQ((a * DimExpr::min(1, a * b)).text(), "a * min(1, a * b)");
  EXPECT_EQ((a * DimExpr::min(2, a)).text(), "a * min(2, a)");
  DimExpr anything = DimExpr::symbol("i", -5);
  EXPECT_NE(anything * DimExpr::min(1, anything), anything);
}

TEST(DimExprTest, knowsWhatItDivides) {
  EXPECT_TRUE((a * 2).divides(a * b * 4));
  EXPECT_TRUE((a + b).divides(a * b * 3 + b * b * 3));
  EXPECT_FALSE((a * 3).divides(a * b * 4));
  EXPECT_FALSE((a + b).divides(a * b));
  EXPECT_FALSE((a + b).divides(a * b + a));
  EXPECT_FALSE(DimExpr(0).divides(a));
}

TEST(DimExprTest, tellsRangesToPeople) {
  EXPECT_EQ(rangeText(1, 512), "1 to 512");
  EXPECT_EQ(rangeText(0, DimExpr::kUnbounded), "at least 0");
  EXPECT_EQ(rangeText(3, 3), "only 3");
}

TEST(DimExprTest, knowsConstantsAndSymbols) {
  EXPECT_EQ(DimExpr().constant(), 0);
  EXPECT_EQ((a - a + 7).constant(), 7);
  EXPECT_EQ(a.constant(), std::nullopt);
  EXPECT_EQ(a.symbolName(), "a");
  EXPECT_EQ((a + 1).symbolName(), "");
  EXPECT_EQ((a * 2).symbolName(), "");
  EXPECT_EQ((a * a).symbolName(), "");
  EXPECT_EQ(DimExpr::floorDiv(a, 2).symbolName(), "");
  EXPECT_EQ((b * a + DimExpr::max(c, a)).symbols(), (std::vector<std::string>{"a", "b", "c"}));
}

TEST(DimExprTest, readsWhatItWrites) {
  for (llvm::StringRef text : {"0", "-5", "a", "a + b", "2 * a * b - 3", "-1 * a + b", "a * a", "floordiv(a + 1, 2)",
                               "mod(a, b)", "min(a, b)", "max(2 * a, b) + 1", "broadcast(a, b)", "#3 + past_len",
                               "floordiv(max(a, b), c) * 4", "past.key.0", "a * floordiv(b, 3)"}) {
    DimExpr expr = parse(text);
    EXPECT_EQ(parse(expr.text()), expr) << text.str();
    EXPECT_EQ(normal(expr.text()), expr.text()) << text.str();
  }
}

TEST(DimExprTest, readsFormsOfExporters) {
  EXPECT_EQ(parse("past_sequence_length + 1"), DimExpr::symbol("past_sequence_length") + 1);
  EXPECT_EQ(parse(" ( a+b )*2 "), (a + b) * 2);
  EXPECT_EQ(parse("a // 2"), DimExpr::floorDiv(a, 2));
  EXPECT_EQ(parse("Max(a, b)"), DimExpr::max(a, b));
  EXPECT_EQ(parse("a - -b"), a + b);
  EXPECT_EQ(parse("2*3 - 7").constant(), -1);
}

TEST(DimExprTest, refusesWhatIsNoFormula) {
  for (llvm::StringRef text : {"", "  ", "a b", "a +", "(a", "a)", "max(a)", "max(a, b, c)", "f(a, b)", "3x", "a / b",
                               "99999999999999999999", "a ! b"})
    EXPECT_FALSE(DimExpr::parse(text).has_value()) << text.str();
  EXPECT_FALSE(DimExpr::parse(std::string(100000, '(')).has_value());
  EXPECT_FALSE(DimExpr::parse(std::string(100000, '-') + "a").has_value());
}

TEST(DimExprTest, dividesExactly) {
  EXPECT_EQ(DimExpr::floorDiv(a * b * 6, a * 2), b * 3);
  EXPECT_EQ(DimExpr::floorDiv(a * 4 + 8, 4), a + 2);
  EXPECT_EQ(DimExpr::floorDiv(a + b, a + b), DimExpr(1));
  EXPECT_EQ(DimExpr::floorDiv(a * 4 + 3, 4), a); // the rest is less than the divisor
  EXPECT_EQ(DimExpr::floorDiv(a * 4 + 5, 4).text(), "a + 1");
  EXPECT_EQ(DimExpr::mod(a * 4 + 3, 4), DimExpr(3));
  EXPECT_EQ(DimExpr::mod(a * 6, 3), DimExpr(0));
  EXPECT_EQ(DimExpr::mod(small, 9), small);
  EXPECT_EQ(DimExpr::floorDiv(small, 9), DimExpr(0));
  EXPECT_EQ(DimExpr::floorDiv(-7, 2).constant(), -4);
  EXPECT_EQ(DimExpr::mod(-7, 2).constant(), 1);
  EXPECT_EQ(DimExpr::floorDiv(a, 2).constant(), std::nullopt);
}

TEST(DimExprTest, knowsBounds) {
  EXPECT_EQ(a.least(), 0);
  EXPECT_EQ(a.most(), DimExpr::kUnbounded);
  EXPECT_EQ((small * 2 + 1).least(), 3);
  EXPECT_EQ((small * 2 + 1).most(), 17);
  EXPECT_EQ((DimExpr(10) - small).least(), 2);
  EXPECT_EQ((small - a).most(), 8);
  EXPECT_EQ((small - a).least(), -DimExpr::kUnbounded);
  EXPECT_EQ(DimExpr::floorDiv(small, 2).most(), 4);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(0) - small, 3).least(), -3);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(0) - small, 3).most(), -1);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(0) - a, 3).least(), -DimExpr::kUnbounded);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(0) - a, 3).most(), 0);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(3) - small, a + 1).least(), -5);
  EXPECT_EQ(DimExpr::floorDiv(DimExpr(3) - small, a + 1).most(), 2);
  EXPECT_EQ(DimExpr::mod(a, 5).most(), 4);
  EXPECT_EQ(DimExpr::min(a, 3).most(), 3);
  EXPECT_EQ((a * DimExpr::symbol("huge", 0, INT64_MAX / 2) * 4).most(), DimExpr::kUnbounded);
}

TEST(DimExprTest, simplifiesMinimaAndMaxima) {
  EXPECT_EQ(DimExpr::max(a, 0), a);
  EXPECT_EQ(DimExpr::max(a + 1, a), a + 1);
  EXPECT_EQ(DimExpr::min(a + 1, a), a);
  EXPECT_EQ(DimExpr::max(small, 9), DimExpr(9));
  EXPECT_EQ(DimExpr::min(a, a), a);
  EXPECT_EQ(DimExpr::max(a, b), DimExpr::max(b, a));
  EXPECT_EQ(DimExpr::min(a, b), DimExpr::min(b, a));
}

TEST(DimExprTest, simplifiesBroadcasts) {
  EXPECT_EQ(DimExpr::broadcast(a, 1), a);
  EXPECT_EQ(DimExpr::broadcast(1, a), a);
  EXPECT_EQ(DimExpr::broadcast(a, a), a);
  EXPECT_EQ(DimExpr::broadcast(a, 5), DimExpr(5)); // a is 1 or 5
  EXPECT_EQ(DimExpr::broadcast(5, a), DimExpr(5));
  EXPECT_EQ(DimExpr::broadcast(0, a), DimExpr(0));
  EXPECT_EQ(DimExpr::broadcast(a + 2, b), a + 2); // more than 1 for certain
  EXPECT_EQ(valueOf(DimExpr::broadcast(a, b), {{"a", 1}, {"b", 4}}), 4);
  EXPECT_EQ(valueOf(DimExpr::broadcast(a, b), {{"a", 4}, {"b", 1}}), 4);
}

TEST(DimExprTest, evaluates) {
  EXPECT_EQ(valueOf(parse("2 * a * b - 3"), {{"a", 5}, {"b", 7}}), 67);
  EXPECT_EQ(valueOf(parse("floordiv(a, b)"), {{"a", 7}, {"b", 2}}), 3);
  EXPECT_EQ(valueOf(parse("mod(a, b) + max(a, b)"), {{"a", 7}, {"b", 2}}), 8);
  EXPECT_EQ(valueOf(parse("floordiv(a, b)"), {{"a", 7}, {"b", 0}}), std::nullopt);
  EXPECT_EQ(valueOf(parse("a + b"), {{"a", 7}}), std::nullopt);
  EXPECT_EQ(valueOf(parse("a * a"), {{"a", int64_t(1) << 40}}), std::nullopt); // overflow
}

/// Simplification must not change values: compares with plain arithmetic on all small numbers.
TEST(DimExprTest, simplificationKeepsValues) {
  auto floorDiv = [](int64_t x, int64_t y) { return x >= 0 ? x / y : -((-x + y - 1) / y); };
  for (int64_t m : {-3, 0, 1, 2, 6})
    for (int64_t k : {-5, -1, 0, 3, 7})
      for (int64_t d : {1, 2, 3, 4}) {
        DimExpr inner = a * m + b * 2 + k;
        for (int64_t x = 0; x < 5; ++x)
          for (int64_t y = 0; y < 5; ++y) {
            int64_t value = x * m + y * 2 + k, quotient = floorDiv(value, d);
            llvm::StringMap<int64_t> at = {{"a", x}, {"b", y}};
            ASSERT_EQ(valueOf(DimExpr::floorDiv(inner, d), at), quotient) << inner.text() << " // " << d;
            ASSERT_EQ(valueOf(DimExpr::mod(inner, d), at), value - quotient * d) << inner.text() << " mod " << d;
            ASSERT_EQ(valueOf(DimExpr::max(inner, a), at), std::max(value, x)) << inner.text();
            ASSERT_EQ(valueOf(DimExpr::min(inner, a), at), std::min(value, x)) << inner.text();
          }
      }
}

TEST(DimExprTest, substitutes) {
  auto bySeq = [](llvm::StringRef name) -> std::optional<DimExpr> {
    return name == "a" ? std::optional<DimExpr>(DimExpr(6)) : std::nullopt;
  };
  EXPECT_EQ(parse("a * b + a").substitute(bySeq), b * 6 + 6);
  EXPECT_EQ(parse("floordiv(a, 4)").substitute(bySeq).constant(), 1);
  EXPECT_EQ(parse("max(a, 3) + mod(a, 4) + min(a, 2)").substitute(bySeq).constant(), 10);
  EXPECT_EQ(parse("broadcast(a, b)").substitute(bySeq), DimExpr(6));
  EXPECT_EQ(parse("b").substitute(bySeq), b);
}

TEST(DimExprTest, multipliesSizes) {
  EXPECT_EQ(product({}), DimExpr(1));
  EXPECT_EQ(product({a, 3, b}), a * b * 3);
  EXPECT_EQ(product({a, 0, b}), DimExpr(0));
}

TEST(DimExprTest, overflowIsNeverANumber) {
  DimExpr big = int64_t(1) << 40;
  for (const DimExpr &wrong : {big * big, big * a * (big * b), DimExpr(INT64_MAX) + 1, a * INT64_MAX + a * 2,
                               product({big, a, big}), DimExpr(INT64_MIN) * -1, DimExpr(0) - DimExpr(INT64_MIN)}) {
    EXPECT_TRUE(wrong.isOverflown()) << wrong.text();
    EXPECT_FALSE(wrong.constant().has_value());
    EXPECT_LT(wrong.least(), 0);
    EXPECT_EQ(wrong.most(), DimExpr::kUnbounded);
    EXPECT_FALSE(valueOf(wrong, {{"a", 1}, {"b", 1}}).has_value());
    EXPECT_EQ(parse(wrong.text()), wrong);
  }
  EXPECT_NE(big * big, big * (big + 1));
  EXPECT_EQ(big * big - big * big, DimExpr(0));
  EXPECT_FALSE((big * a + b).isOverflown());
  EXPECT_EQ(big * big * 0, DimExpr(0));
}

/// An image padded to whole windows, shifted, and merged two by two, stage after stage.
TEST(DimExprTest, longFormulasOfWindowsAreNoOverflow) {
  DimExpr size = a;
  for (int stage = 0; stage < 4; ++stage) {
    DimExpr padded = size + DimExpr::mod(DimExpr(7) - DimExpr::mod(size, 7), 7);
    DimExpr shifted = DimExpr::max(padded - DimExpr::min(padded, 3), 0) + DimExpr::min(padded, 3);
    size = DimExpr::floorDiv(shifted + 1, 2);
  }
  EXPECT_GT(size.text().size(), 16384u);
  EXPECT_FALSE(size.isOverflown());
  EXPECT_TRUE(valueOf(size, {{"a", 224}}).has_value());
}

TEST(DimExprTest, hostileFormulasEnd) {
  DimExpr least = INT64_MIN, power = a, sums = 1, nested = a;
  EXPECT_FALSE(DimExpr::floorDiv(least, -1).constant().has_value());
  EXPECT_FALSE(DimExpr::mod(least, -1).constant().has_value());
  EXPECT_FALSE(valueOf(DimExpr::floorDiv(a * least, b), {{"a", 1}, {"b", -1}}).has_value());
  for (int i = 0; i < 40; ++i) {
    power = power * power;
    sums = sums * (DimExpr::symbol("s" + std::to_string(i)) + 1);
    nested = DimExpr::max(nested + a, DimExpr::floorDiv(nested, b));
  }
  EXPECT_TRUE(power.isOverflown());
  EXPECT_TRUE(sums.isOverflown());
  EXPECT_TRUE(nested.isOverflown());
}

TEST(DimExprTest, comparesTheEndsOfTheRange) {
  EXPECT_EQ(DimExpr::min(a, INT64_MAX), a);
  EXPECT_EQ(DimExpr::max(a, INT64_MIN), a);
  EXPECT_EQ(DimExpr::min(a, INT64_MIN), DimExpr(INT64_MIN));
}

} // namespace
} // namespace llmc::ir
