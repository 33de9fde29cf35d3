// Sizes that keep the rules of a model.
#include "compiler/ir/SizeRules.h"
#include "gtest/gtest.h"

namespace llmc::ir {
namespace {

DimExpr formula(llvm::StringRef text) {
  auto parsed = DimExpr::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text.str();
  return parsed.value_or(DimExpr());
}

SizeRule rule(llvm::StringRef left, DimRelation relation, llvm::StringRef right) {
  return {relation, formula(left), formula(right)};
}

constexpr int64_t kAny = DimExpr::kUnbounded;

std::string example(const SizeRules &rules, const llvm::StringMap<int64_t> &fixed = {}) {
  auto sizes = exampleSizes(rules, fixed, [](llvm::StringRef) { return 8; });
  std::string text;
  for (const SymbolRange &symbol : rules.symbols)
    text += (text.empty() ? "" : " ") + symbol.name + "=" + std::to_string(sizes[symbol.name]);
  return text;
}

TEST(SizeRulesTest, usualSizesWithinTheirRanges) {
  EXPECT_EQ(example({{{"a", 0, kAny}, {"b", 1, 5}, {"c", 20, kAny}}, {}}), "a=8 b=5 c=20");
  EXPECT_EQ(example({{{"a", 0, kAny}, {"b", 1, 5}}, {}}, {{"a", 0}, {"b", 2}}), "a=0 b=2");
}

const SizeRules image = {{{"batch", 0, kAny}, {"height", 0, kAny}, {"width", 0, kAny}},
                         {rule("floordiv(height, 16) * floordiv(width, 16) + 1", DimRelation::Broadcast, "17")}};

TEST(SizeRulesTest, imagesAreSquareWhereTheyMayBe) {
  EXPECT_EQ(example(image), "batch=8 height=64 width=64");
  EXPECT_EQ(example(image, {{"height", 32}}), "batch=8 height=32 width=128");
}

TEST(SizeRulesTest, oneSymbolAloneWhereEqualOnesDoNotDo) {
  EXPECT_EQ(example({{{"a", 0, kAny}, {"b", 0, kAny}}, {rule("a", DimRelation::Equal, "b + 3")}}), "a=11 b=8");
  EXPECT_EQ(example({{{"a", 0, kAny}, {"b", 0, kAny}}, {rule("a", DimRelation::AtLeast, "20")}}), "a=20 b=8");
}

TEST(SizeRulesTest, valuesThatKeepAllRulesComeFirst) {
  SizeRules rules = {{{"a", 0, kAny}},
                     {rule("mod(a, 3)", DimRelation::Equal, "0"), rule("a", DimRelation::AtLeast, "10")}};
  EXPECT_EQ(example(rules), "a=12");
}

TEST(SizeRulesTest, impossibleRulesLeaveSizesAlone) {
  EXPECT_EQ(example({{{"a", 0, kAny}}, {rule("a", DimRelation::Equal, "a + 1")}}), "a=8");
  EXPECT_EQ(example({{{"a", 0, kAny}}, {rule("a", DimRelation::Equal, "elsewhere")}}), "a=8");
  EXPECT_EQ(example(image, {{"height", 5}, {"width", 5}}), "batch=8 height=5 width=5");
}

TEST(SizeRulesTest, onlyTheFirstSizeIsRepeated) {
  SizeRule repeat = rule("a", DimRelation::Repeat, "b");
  auto holds = [&](int64_t a, int64_t b) {
    return repeat.holds([&](llvm::StringRef name) { return std::optional<int64_t>(name == "a" ? a : b); });
  };
  EXPECT_EQ(holds(1, 5), true);
  EXPECT_EQ(holds(5, 5), true);
  EXPECT_EQ(holds(5, 1), false);
  EXPECT_EQ(holds(0, 1), false);
}

TEST(SizeRulesTest, rulesReadWell) {
  EXPECT_EQ(rule("a", DimRelation::Equal, "3").text(), "a = 3");
  EXPECT_EQ(rule("a", DimRelation::AtLeast, "3").text(), "a >= 3");
  EXPECT_EQ(rule("a", DimRelation::Repeat, "b").text(), "a = b, or the first is 1");
  EXPECT_EQ(rule("a", DimRelation::Broadcast, "b").text(), "a = b, or one of them 1");
}

} // namespace
} // namespace llmc::ir
