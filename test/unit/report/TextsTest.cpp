#include "compiler/report/Texts.h"
#include "compiler/report/Escape.h"
#include "llvm/Support/JSON.h"
#include <gtest/gtest.h>

namespace llmc::report {
namespace {

TEST(Texts, NumbersHaveThreeDigitsAndUnits) {
  EXPECT_EQ(bytesText(0), "0 B");
  EXPECT_EQ(bytesText(1023), "1023 B");
  EXPECT_EQ(bytesText(1024), "1.00 KB");
  EXPECT_EQ(bytesText(1536 * 1024), "1.50 MB");
  EXPECT_EQ(bytesText(uint64_t(1) << 50), "1024 TB");
  EXPECT_EQ(secondsText(0.00813), "8.13 ms");
  EXPECT_EQ(secondsText(0.0000004), "0.40 µs");
  EXPECT_EQ(secondsText(123), "123 s");
  EXPECT_EQ(percentText(0.0061), "0.61 %");
  EXPECT_EQ(percentText(1), "100 %");
  EXPECT_EQ(decibelText(34.06), "34.1 dB");
  EXPECT_EQ(metricText(0.99814312), "0.998143");
  EXPECT_EQ(metricText(46.5), "46.5");
  EXPECT_EQ(sizesText({384, 1536}), "384 x 1536");
  EXPECT_EQ(sizesText({}), "");
}

TEST(Escape, Html) {
  EXPECT_EQ(escapeHtml("a<b>&\"'`"), "a&#60;b&#62;&#38;&#34;&#39;&#96;");
  EXPECT_EQ(escapeHtml("two\nlines\x01"), "two lines ");
  EXPECT_EQ(escapeHtml("ä µ"), "ä µ");
  EXPECT_TRUE(llvm::json::isUTF8(escapeHtml("\xff\xc3")));
}

TEST(Escape, Markdown) {
  EXPECT_EQ(escapeMarkdown("a|b\n*c* [d](e)"), "a&#124;b &#42;c&#42; &#91;d&#93;(e)");
  EXPECT_TRUE(llvm::json::isUTF8(escapeMarkdown("\xff")));
}

} // namespace
} // namespace llmc::report
