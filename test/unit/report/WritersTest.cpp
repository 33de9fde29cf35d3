#include "compiler/report/Contents.h"
#include "compiler/report/Json.h"
#include "compiler/report/Markdown.h"
#include "compiler/report/Page.h"
#include "compiler/report/PageStyle.h"
#include "test/unit/report/SampleReport.h"
#include "llvm/Support/JSON.h"
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

namespace llmc::report {
namespace {

std::string written(void (*writer)(const Report &, llvm::raw_ostream &), const Report &report) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  writer(report, stream);
  return text;
}

llvm::json::Value parsed(const Report &report) {
  auto value = llvm::json::parse(written(writeJson, report));
  EXPECT_TRUE(bool(value));
  return value ? std::move(*value) : llvm::json::Value(nullptr);
}

size_t countOf(llvm::StringRef text, llvm::StringRef what) { return text.count(what); }

TEST(JsonReport, HoldsWhatIsKnown) {
  llvm::json::Value value = parsed(fullReport());
  const llvm::json::Object &report = *value.getAsObject();
  EXPECT_EQ(report.getInteger("version"), 1);
  const llvm::json::Object &layer = *(*report.getArray("layers"))[0].getAsObject();
  EXPECT_EQ(layer.getInteger("bytes"), 2304);
  EXPECT_EQ(layer.getObject("alone")->getNumber("sqnr"), 30.25);
  EXPECT_EQ(layer.getObject("rounding")->getNumber("compensated_error"), 0.01);
  EXPECT_EQ(report.getObject("totals")->getObject("weights")->getInteger("float_bytes"), 16384);
  const llvm::json::Array &times = *report.getObject("times")->getArray("layers");
  EXPECT_EQ(times[0].getAsObject()->getBoolean("slower"), true);
  EXPECT_FALSE(times[1].getAsObject()->get("slower"));
  EXPECT_EQ(report.getObject("curve")->getObject("chosen")->getInteger("floats"), 1);
}

TEST(JsonReport, LeavesOutWhatIsNot) {
  llvm::json::Value value = parsed(plainReport());
  const llvm::json::Object &report = *value.getAsObject();
  EXPECT_FALSE(report.get("data"));
  EXPECT_FALSE(report.get("times"));
  EXPECT_FALSE(report.get("curve"));
  EXPECT_FALSE(report.getObject("totals")->getObject("weights")->get("float_bytes"));
  const llvm::json::Object &layer = *(*report.getArray("layers"))[0].getAsObject();
  for (const char *member : {"bytes", "alone", "rounding", "zeros", "pruned", "why_floats"})
    EXPECT_FALSE(layer.get(member)) << member;
  EXPECT_FALSE((*report.getArray("outputs"))[0].getAsObject()->get("error"));
}

TEST(JsonReport, TimesAreApart) {
  Report one = fullReport(), other = fullReport();
  other.times->run.now = 17;
  other.times->layers[0].now = 18;
  llvm::json::Value a = parsed(one), b = parsed(other);
  EXPECT_NE(a, b);
  a.getAsObject()->erase("times");
  b.getAsObject()->erase("times");
  EXPECT_EQ(a, b);
}

TEST(Page, NamesAreNoMarkup) {
  std::string page = written(writePage, fullReport());
  EXPECT_EQ(countOf(page, "<script"), 1u); // its own
  EXPECT_EQ(countOf(page, "alert(\""), 0u);
  EXPECT_EQ(page.find("http:"), std::string::npos);
  EXPECT_EQ(page.find("https:"), std::string::npos);
  EXPECT_EQ(countOf(page, "<tr "), countOf(page, "</tr>"));
  EXPECT_EQ(countOf(page, "<td "), countOf(page, "</td>"));
  EXPECT_TRUE(llvm::json::isUTF8(page));
  EXPECT_NE(page.find("default-src 'none'"), std::string::npos);
}

TEST(Page, HasARowForEachLayer) {
  Report report = fullReport();
  size_t before = countOf(written(writePage, report), "<th scope=\"row\"");
  report.layers.push_back(sampleLayer("third"));
  report.times->layers.push_back({});
  EXPECT_EQ(countOf(written(writePage, report), "<th scope=\"row\""), before + 1);
}

TEST(Page, ShowsLittleWhereLittleIsKnown) {
  std::string page = written(writePage, plainReport());
  EXPECT_EQ(countOf(page, "<svg"), 0u);
  EXPECT_EQ(countOf(page, ">Time<"), 0u);
  EXPECT_NE(page.find("first"), std::string::npos);
}

TEST(Markdown, NamesAreNoMarkup) {
  std::string text = written(writeMarkdown, fullReport());
  EXPECT_TRUE(llvm::json::isUTF8(text));
  EXPECT_EQ(text.find("<script"), std::string::npos);
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(text).split(lines, '\n');
  size_t columns = layerTable(fullReport()).columns.size();
  bool inLayers = false;
  size_t rows = 0;
  for (llvm::StringRef line : lines) {
    if (line.starts_with("## "))
      inLayers = line == "## Layers";
    if (inLayers && line.starts_with("|")) {
      ++rows;
      EXPECT_EQ(line.count('|'), columns + 1) << line.str();
    }
  }
  EXPECT_EQ(rows, 4u); // heads, the line below, and two layers
}

TEST(Contents, LayersWithoutNamesOrFiniteResults) {
  Report report = plainReport();
  report.layers[0].nodes.clear();
  report.layers[0].alone = Distance();
  report.layers[0].alone->brokenRows = 3;
  Table table = layerTable(report);
  EXPECT_EQ(table.rows[0].front().text, "(no name)");
  EXPECT_EQ(table.rows[0].back().text, "3 rows are not finite");
  EXPECT_TRUE(table.rows[0].back().isBad);
}

TEST(Contents, NoiseIsNotSlower) {
  Layer layer = sampleLayer("layer");
  EXPECT_TRUE(isSlower(layer, {0.0012, 0.001, 0.0011}));
  EXPECT_FALSE(isSlower(layer, {0.00104, 0.001, 0.001}));
  EXPECT_FALSE(isSlower(layer, {0.0012, 0.001, 0.0013})); // floats take that long, too, half of the time
  EXPECT_FALSE(isSlower(layer, {2e-7, 1e-7, 1e-7}));
  EXPECT_FALSE(isSlower(layer, {0.0012, {}, {}}));
  layer.precision = layer.floatPrecision;
  EXPECT_FALSE(isSlower(layer, {0.0012, 0.001, 0.001})); // it has not changed
}

TEST(Contents, EmptyReportsAreWritten) {
  for (auto writer : {writeJson, writeMarkdown, writePage})
    EXPECT_FALSE(written(writer, Report()).empty());
}

} // namespace
} // namespace llmc::report
