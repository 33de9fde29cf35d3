#include "compiler/report/Plot.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace llmc::report {
namespace {

std::string drawn(const Curve &curve) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  writePlot(curve, stream);
  return text;
}

size_t countOf(llvm::StringRef text, llvm::StringRef what) { return text.count(what); }

TEST(Plot, TicksAreRound) {
  Ticks ticks = ticksBetween(0.9962, 1.0003, 5);
  ASSERT_FALSE(ticks.at.empty());
  EXPECT_EQ(ticks.decimals, 3);
  for (double at : ticks.at)
    EXPECT_NEAR(at * 1000, std::round(at * 1000), 1e-6);
  EXPECT_GE(ticks.at.front(), 0.9962);
  EXPECT_LE(ticks.at.back(), 1.0003);
  EXPECT_EQ(ticksBetween(0, 50, 5).at.size(), 6u);
  EXPECT_EQ(ticksBetween(0, 50, 5).decimals, 0);
  EXPECT_TRUE(ticksBetween(1, 1, 5).at.empty());
  EXPECT_TRUE(ticksBetween(0, std::numeric_limits<double>::infinity(), 5).at.empty());
}

TEST(Plot, HasAPointForEachMixtureThatHasAValue) {
  Curve curve = {"cosine", "mean", true, 0.99, 4, {{0, 1, 0.98}, {2, 0.5, {}}, {4, 0, 1.0}}, Point{0, 1, 0.98}};
  std::string svg = drawn(curve);
  EXPECT_EQ(countOf(svg, "class=\"tried\""), 2u);
  EXPECT_EQ(countOf(svg, "class=\"chosen\""), 1u);
  EXPECT_EQ(countOf(svg, "class=\"bound\""), 1u);
  EXPECT_EQ(countOf(svg, "<desc"), 1u);
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

TEST(Plot, OnePointAndNone) {
  Curve curve = {"error", "root", false, {}, 1, {{0, 1, 0.0}}, {}};
  EXPECT_EQ(countOf(drawn(curve), "class=\"tried\""), 1u);
  EXPECT_EQ(drawn(curve).find("nan"), std::string::npos);
  curve.tried = {{0, 1, {}}};
  EXPECT_EQ(countOf(drawn(curve), "class=\"tried\""), 0u);
  EXPECT_EQ(drawn(curve).find("nan"), std::string::npos);
}

TEST(Plot, AllStaysInside) {
  Curve curve = {"sqnr", "dB", true, 1000.0, 2, {{0, 1, -50.0}, {1, 0.25, 60.0}}, {}};
  std::string svg = drawn(curve);
  for (size_t at = svg.find("cy=\""); at != std::string::npos; at = svg.find("cy=\"", at + 1)) {
    double y = std::stod(svg.substr(at + 4));
    EXPECT_GE(y, 0);
    EXPECT_LE(y, 300);
  }
}

} // namespace
} // namespace llmc::report
