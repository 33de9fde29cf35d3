// What a report shows to people, in whatever form: a few figures, and tables of texts.
#ifndef LLMC_COMPILER_REPORT_CONTENTS_H
#define LLMC_COMPILER_REPORT_CONTENTS_H

#include "compiler/report/Facts.h"

namespace llmc::report {

/// One of the few numbers that say it all.
struct Figure {
  std::string label, value, note;
};
std::vector<Figure> figuresOf(const Report &report);

struct Cell {
  std::string text, note = {};    // the note is of less weight
  std::optional<double> key = {}; // by which rows are sorted; nothing: by the text
  bool isBad = false;             // to be looked at
};

struct Column {
  std::string title, meaning; // the meaning is empty where the title says all
};

struct Table {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows; // a cell a column
};

/// A row for each layer; columns about which nothing is known are not there.
Table layerTable(const Report &report);
Table outputTable(const Report &report);
Table curveTable(const Curve &curve);
/// The options, the data, the files, the machine: each row is a name and a value.
Table circumstances(const Report &report);

/// What the table of layers does not say at once: which are slower than floats, what belongs to none.
std::vector<std::string> remarksOn(const Report &report);

} // namespace llmc::report

#endif
