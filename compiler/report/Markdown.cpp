#include "compiler/report/Markdown.h"
#include "compiler/report/Contents.h"
#include "compiler/report/Escape.h"

namespace llmc::report {
namespace {

void writeTable(const Table &table, llvm::raw_ostream &stream) {
  auto writeRow = [&](auto cells, auto textOf) {
    stream << '|';
    for (const auto &cell : cells)
      stream << ' ' << textOf(cell) << " |";
    stream << '\n';
  };
  writeRow(table.columns, [](const Column &column) { return escapeMarkdown(column.title); });
  writeRow(table.columns, [](const Column &) { return "---"; });
  for (const std::vector<Cell> &row : table.rows)
    writeRow(row, [](const Cell &cell) {
      std::string text = escapeMarkdown(cell.text);
      if (cell.isBad)
        text = "**" + text + "**";
      return text + (cell.note.empty() ? "" : " (" + escapeMarkdown(cell.note) + ")");
    });
  for (const Column &column : table.columns)
    if (!column.meaning.empty())
      stream << "\n" << escapeMarkdown(column.title) << ": " << escapeMarkdown(column.meaning) << ".\n";
}

void writeSection(llvm::StringRef title, const Table &table, llvm::raw_ostream &stream) {
  if (table.rows.empty())
    return;
  stream << "\n## " << title << "\n\n";
  writeTable(table, stream);
}

} // namespace

void writeMarkdown(const Report &report, llvm::raw_ostream &stream) {
  stream << "# " << escapeMarkdown(report.model) << "\n\n";
  for (const Figure &figure : figuresOf(report))
    stream << "- " << figure.label << ": **" << escapeMarkdown(figure.value) << "**"
           << (figure.note.empty() ? "" : ", " + escapeMarkdown(figure.note)) << '\n';
  if (report.curve)
    writeSection("Accuracy, and what it saves", curveTable(*report.curve), stream);
  writeSection("Layers", layerTable(report), stream);
  for (const std::string &remark : remarksOn(report))
    stream << "\n" << escapeMarkdown(remark) << '\n';
  writeSection("Results", outputTable(report), stream);
  writeSection("How it was made", circumstances(report), stream);
  if (!report.missing.empty())
    stream << "\n## What is not known\n\n";
  for (const std::string &missing : report.missing)
    stream << "- " << escapeMarkdown(missing) << '\n';
}

} // namespace llmc::report
