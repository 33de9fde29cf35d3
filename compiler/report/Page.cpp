// The page forbids itself all that it has no need of, so that nothing in a model's names can ask for anything either.
#include "compiler/report/Page.h"
#include "compiler/report/Contents.h"
#include "compiler/report/Escape.h"
#include "compiler/report/PageStyle.h"
#include "compiler/report/Plot.h"
#include "llvm/Support/Format.h"
#include <cmath>

namespace llmc::report {
namespace {

class PageWriter {
public:
  PageWriter(const Report &report, llvm::raw_ostream &out) : report(report), out(out) {}

  void write() {
    writeHead();
    out << "<body>\n<main>\n<header>\n<h1>" << escapeHtml(report.model) << "</h1>\n<p class=\"lead\">"
        << escapeHtml(report.compiler + " for " + report.target) << "</p>\n</header>\n";
    writeFigures();
    if (report.curve)
      writeCurve(*report.curve);
    writeLayers();
    writeSection("Results", "How far outputs are from those of floats, on the data.", outputTable(report));
    writeSection("How it was made", "", circumstances(report));
    writeMissing();
    out << "</main>\n<script>" << kPageScript << "</script>\n</body>\n</html>\n";
  }

private:
  void writeHead() {
    out << "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; "
           "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>"
        << escapeHtml(report.model) << "</title>\n<style>" << kPageStyle << "</style>\n</head>\n";
  }

  void writeFigures() {
    out << "<dl class=\"figures\">\n";
    for (const Figure &figure : figuresOf(report)) {
      out << "<div><dt>" << escapeHtml(figure.label) << "</dt><dd class=\"value\">" << escapeHtml(figure.value)
          << "</dd>";
      if (!figure.note.empty())
        out << "<dd class=\"note\">" << escapeHtml(figure.note) << "</dd>";
      out << "</div>\n";
    }
    out << "</dl>\n";
  }

  void writeCurve(const Curve &curve) {
    out << "<section>\n<h2>Accuracy, and what it saves</h2>\n<div class=\"beside\">\n<figure>\n";
    writePlot(curve, out);
    out << "</figure>\n<div>\n<p>Each circle is a mixture of narrow layers and floats that was run on the data; the "
           "line goes through those that no other beats.</p>\n<p class=\"meaning\">"
        << escapeHtml(curve.metric + ": " + curve.meaning) << "; " << (curve.moreIsBetter ? "more" : "less")
        << " is better.</p>\n<details>\n<summary>The same as a table</summary>\n";
    writeTable(curveTable(curve), /*isSortable=*/false);
    out << "</details>\n</div>\n</div>\n</section>\n";
  }

  void writeLayers() {
    Table table = layerTable(report);
    if (table.rows.empty())
      return;
    out << "<section>\n<h2>Layers</h2>\n";
    for (const std::string &remark : remarksOn(report))
      out << "<p>" << escapeHtml(remark) << "</p>\n";
    writeTable(table, /*isSortable=*/true);
    out << "</section>\n";
  }

  void writeSection(const char *title, const char *meaning, const Table &table) {
    if (table.rows.empty())
      return;
    out << "<section>\n<h2>" << title << "</h2>\n";
    if (*meaning)
      out << "<p class=\"meaning\">" << meaning << "</p>\n";
    writeTable(table, /*isSortable=*/false);
    out << "</section>\n";
  }

  void writeTable(const Table &table, bool isSortable) {
    // Roles, since what is no table to the eye, where a window is narrow, is one to those who listen.
    out << "<table role=\"table\"" << (isSortable ? " class=\"sortable\"" : "")
        << ">\n<thead role=\"rowgroup\"><tr role=\"row\">";
    for (const Column &column : table.columns)
      out << "<th scope=\"col\" role=\"columnheader\">" << escapeHtml(column.title) << "</th>";
    out << "</tr></thead>\n<tbody role=\"rowgroup\">\n";
    for (const std::vector<Cell> &row : table.rows) {
      out << "<tr role=\"row\">";
      for (size_t i = 0; i < row.size(); ++i)
        writeCell(row[i], table.columns[i], /*isHead=*/i == 0);
      out << "</tr>\n";
    }
    out << "</tbody>\n</table>\n";
    writeMeanings(table);
  }

  void writeCell(const Cell &cell, const Column &column, bool isHead) {
    constexpr size_t kLong = 24; // such a text may take several lines
    if (isHead) {
      out << "<th scope=\"row\" role=\"rowheader\"";
    } else {
      out << "<td role=\"cell\" data-of=\"" << escapeHtml(column.title) << '"';
      bool isNothing = cell.text.empty() && cell.note.empty();
      if (isNothing || cell.text.size() > kLong)
        out << " class=\"" << (isNothing ? "nothing" : "long") << '"';
    }
    if (cell.key && std::isfinite(*cell.key))
      out << " data-key=\"" << llvm::format("%.9g", *cell.key) << '"';
    else if (cell.key)
      out << " data-key=\"" << (*cell.key > 0 ? "1e300" : "-1e300") << '"';
    out << "><span" << (cell.isBad ? " class=\"bad\"" : "") << '>' << breakable(cell.text) << "</span>";
    if (!cell.note.empty())
      out << "<span class=\"note\">" << escapeHtml(cell.note) << "</span>";
    out << (isHead ? "</th>" : "</td>");
  }

  /// A name may go on in the next line behind a slash or an underscore.
  static std::string breakable(llvm::StringRef text) {
    std::string result;
    for (char c : escapeHtml(text)) {
      result += c;
      if (c == '/' || c == '_')
        result += "<wbr>";
    }
    return result;
  }

  void writeMeanings(const Table &table) {
    std::string text;
    for (const Column &column : table.columns)
      if (!column.meaning.empty())
        text += (text.empty() ? "" : " ") + column.title + ": " + column.meaning + ".";
    if (!text.empty())
      out << "<p class=\"meanings\">" << escapeHtml(text) << "</p>\n";
  }

  void writeMissing() {
    if (report.missing.empty())
      return;
    out << "<section>\n<h2>What is not known</h2>\n<ul>\n";
    for (const std::string &missing : report.missing)
      out << "<li>" << escapeHtml(missing) << "</li>\n";
    out << "</ul>\n</section>\n";
  }

  const Report &report;
  llvm::raw_ostream &out;
};

} // namespace

void writePage(const Report &report, llvm::raw_ostream &stream) { PageWriter(report, stream).write(); }

} // namespace llmc::report
