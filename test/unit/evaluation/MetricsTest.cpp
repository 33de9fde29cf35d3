// Bounds as users write them.
#include "compiler/evaluation/Metrics.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace llmc::evaluation;

namespace {

Budget read(llvm::StringRef text) {
  auto budget = Budget::parse(text);
  EXPECT_TRUE(bool(budget)) << text.str();
  return budget ? *budget : (llvm::consumeError(budget.takeError()), Budget());
}

std::string refusal(llvm::StringRef text) {
  auto budget = Budget::parse(text);
  EXPECT_FALSE(bool(budget)) << text.str();
  return budget ? "" : llvm::toString(budget.takeError());
}

TEST(Budget, saysADirectionOrHasThatOfItsMetric) {
  EXPECT_EQ(read("cosine>=0.995").text(), "cosine>=0.995");
  EXPECT_EQ(read("cosine=0.995").text(), "cosine>=0.995");
  EXPECT_EQ(read(" least-cosine > 0.9").text(), "least-cosine>=0.9");
  EXPECT_EQ(read("max-abs<=1e-3").text(), "max-abs<=0.001");
  EXPECT_EQ(read("sqnr=30").text(), "sqnr>=30");
}

TEST(Budget, takesPercents) {
  EXPECT_EQ(read("0.5%").text(), "error<=0.005");
  EXPECT_EQ(read("top1>=99%").text(), "top1>=0.99");
}

TEST(Budget, holdsAtItsBoundAndNeverForNaN) {
  EXPECT_TRUE(read("cosine>=0.5").holds(0.5));
  EXPECT_FALSE(read("cosine>=0.5").holds(0.49));
  EXPECT_TRUE(read("error<=0.5").holds(0.5));
  EXPECT_FALSE(read("error<=0.5").holds(0.51));
  EXPECT_FALSE(read("error<=0.5").holds(std::nan("")));
  EXPECT_FALSE(read("cosine>=0.5").holds(std::nan("")));
}

TEST(Budget, refusesWhatSaysNothing) {
  EXPECT_NE(refusal("speed>=2").find("there is no metric \"speed\""), std::string::npos);
  EXPECT_NE(refusal("0.995").find("it names no metric"), std::string::npos);
  EXPECT_NE(refusal("").find("it names no metric"), std::string::npos);
  EXPECT_NE(refusal("cosine").find("it names no metric"), std::string::npos);
  EXPECT_NE(refusal("cosine<=0.9").find("the better cosine is the greater one"), std::string::npos);
  EXPECT_NE(refusal("error>=0.9").find("the better error is the smaller one"), std::string::npos);
  for (llvm::StringRef text : {"cosine>=", "cosine>=x", "cosine>=nan", "cosine>=inf", "cosine>=0.9.9"})
    EXPECT_NE(refusal(text).find("its bound is no number"), std::string::npos) << text.str();
}

TEST(Metrics, areInTheOrderOfTheEnumeration) {
  for (const MetricInfo &info : metrics())
    EXPECT_EQ(infoOf(info.metric).name, info.name);
}

} // namespace
