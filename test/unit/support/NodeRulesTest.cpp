#include "compiler/support/NodeRules.h"
#include "gtest/gtest.h"

namespace llmc {
namespace {

NodeRules<int> rulesOf(std::vector<std::pair<const char *, int>> list) {
  NodeRules<int> rules;
  for (auto [pattern, wanted] : list)
    llvm::cantFail(rules.add(pattern, pattern, wanted));
  return rules;
}

TEST(NodeRules, TheLastThatMatchesCounts) {
  NodeRules<int> rules = rulesOf({{"*", 1}, {"*.mlp.*", 2}, {"layer.0.*", 3}});
  EXPECT_EQ(*rules.find({"head"}), 1);
  EXPECT_EQ(*rules.find({"layer.1.mlp.up"}), 2);
  EXPECT_EQ(*rules.find({"layer.0.mlp.up"}), 3);
}

TEST(NodeRules, OneOfSeveralNamesSuffices) {
  NodeRules<int> rules = rulesOf({{"up", 1}});
  EXPECT_EQ(*rules.find({"gate", "up"}), 1);
  EXPECT_EQ(rules.find({"gate"}), nullptr);
}

TEST(NodeRules, NodesWithoutNameAreMatchedByWhatMatchesAll) {
  NodeRules<int> rules = rulesOf({{"?*", 1}});
  EXPECT_EQ(rules.find({}), nullptr);
  NodeRules<int> all = rulesOf({{"*", 2}});
  EXPECT_EQ(*all.find({}), 2);
}

TEST(NodeRules, UnusedAreThoseThatNeverMatched) {
  NodeRules<int> rules = rulesOf({{"*", 1}, {"tail", 2}, {"head", 3}});
  rules.find({"head"});
  EXPECT_EQ(*rules.peek({"tail"}), 2); // that is no use of it
  EXPECT_EQ(rules.unused(), std::vector<std::string>{"tail"});
}

TEST(NodeRules, PatternThatIsNone) {
  NodeRules<int> rules;
  EXPECT_TRUE(llvm::errorToBool(rules.add("[=int8", "[", 1)));
  EXPECT_TRUE(rules.empty());
}

} // namespace
} // namespace llmc
