#include "compiler/report/Contents.h"
#include "compiler/report/Texts.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <cmath>
#include <map>

namespace llmc::report {
namespace {

std::string joined(const std::vector<std::string> &parts, llvm::StringRef between = ", ") {
  return llvm::join(parts, between);
}

/// "0.25 of 86.1 MB"
std::string shareOf(double now, double before, const std::string &text) {
  return before > 0 ? numberText(now / before) + " of " + text : "";
}

Cell numberCell(std::optional<double> key, std::string text, std::string note = "") {
  return {std::move(text), std::move(note), key};
}

std::string distanceNote(const Distance &distance) {
  std::vector<std::string> parts;
  if (distance.cosine)
    parts.push_back("cosine " + cosineText(*distance.cosine));
  if (distance.maxAbsolute)
    parts.push_back("at most " + numberText(*distance.maxAbsolute));
  return joined(parts);
}

/// What is worth knowing first of a distance.
Cell distanceCell(const std::optional<Distance> &distance) {
  if (!distance)
    return {};
  if (distance->brokenRows)
    return {std::to_string(distance->brokenRows) + " rows are not finite", "", -HUGE_VAL, /*isBad=*/true};
  if (distance->sqnr)
    return numberCell(*distance->sqnr, decibelText(*distance->sqnr), distanceNote(*distance));
  if (distance->maxAbsolute)
    return numberCell(HUGE_VAL, "none", distanceNote(*distance));
  if (distance->equalShare)
    return numberCell(*distance->equalShare, percentText(*distance->equalShare) + " equal");
  return {};
}

Cell nameCell(const Layer &layer) {
  std::string name = layer.nodes.empty() ? "(no name)" : layer.nodes.front();
  if (layer.nodes.size() > 1)
    name += " and " + std::to_string(layer.nodes.size() - 1) + " more";
  return {name, layer.kind + (layer.shape.empty() ? "" : " " + sizesText(layer.shape))};
}

Cell leftCell(const Layer &layer) {
  std::vector<std::string> parts;
  for (const Left &each : layer.pruned)
    parts.push_back(std::to_string(each.left) + " of " + std::to_string(each.all) + " " + each.kind);
  if (parts.empty())
    return {};
  return numberCell(double(layer.pruned.front().left) / double(layer.pruned.front().all), joined(parts));
}

Cell bytesCell(const Layer &layer) {
  if (!layer.bytes)
    return {};
  return numberCell(double(*layer.bytes), bytesText(*layer.bytes),
                    layer.floatBytes && *layer.floatBytes != *layer.bytes
                        ? shareOf(double(*layer.bytes), double(*layer.floatBytes), bytesText(*layer.floatBytes))
                        : "");
}

Cell timeCell(const Duration &duration) {
  if (!duration.now)
    return {};
  return numberCell(*duration.now, secondsText(*duration.now),
                    duration.floats ? shareOf(*duration.now, *duration.floats, secondsText(*duration.floats)) : "");
}

Cell timeCell(const Layer &layer, const Duration &duration) {
  Cell cell = timeCell(duration);
  cell.isBad = isSlower(layer, duration);
  return cell;
}

Cell weightCell(const Layer &layer) {
  if (!layer.rounding || !layer.rounding->sqnr)
    return {};
  return numberCell(*layer.rounding->sqnr, decibelText(*layer.rounding->sqnr));
}

Cell compensationCell(const Layer &layer) {
  if (!layer.rounding || !layer.rounding->compensated)
    return {};
  return numberCell(*layer.rounding->compensated, percentText(*layer.rounding->compensated),
                    percentText(*layer.rounding->nearest) + " by itself");
}

/// Sparse enough to be worth a column.
Cell zerosCell(const Layer &layer) {
  constexpr double kFew = 0.005;
  return layer.zeros && *layer.zeros >= kFew ? numberCell(*layer.zeros, percentText(*layer.zeros)) : Cell();
}

bool isNothing(const Cell &cell) { return cell.text.empty() && cell.note.empty(); }

/// Leaves out columns in which there is nothing.
Table withoutEmptyColumns(Table table) {
  for (size_t column = table.columns.size(); column-- > 0;)
    if (llvm::all_of(table.rows, [&](const std::vector<Cell> &row) { return isNothing(row[column]); })) {
      table.columns.erase(table.columns.begin() + static_cast<ptrdiff_t>(column));
      for (std::vector<Cell> &row : table.rows)
        row.erase(row.begin() + static_cast<ptrdiff_t>(column));
    }
  return table;
}

std::string inputsText(const std::vector<SampleFacts::Input> &inputs) {
  std::vector<std::string> parts;
  for (const SampleFacts::Input &input : inputs)
    parts.push_back(input.name + " " + (input.dims.empty() ? "one number" : sizesText(input.dims)));
  return joined(parts);
}

void addWeights(const Report &report, std::vector<Figure> &figures) {
  std::string note = "all that is stored";
  if (report.floatWeightBytes)
    note = shareOf(double(report.weightBytes), double(*report.floatWeightBytes), bytesText(*report.floatWeightBytes)) +
           " as floats";
  figures.push_back({"Weights", bytesText(report.weightBytes), note});
}

void addRun(const Report &report, std::vector<Figure> &figures) {
  if (!report.times || !report.times->run.now)
    return;
  const Duration &run = report.times->run;
  std::string note = inputsText(
      {report.times->inputs.empty() ? std::vector<SampleFacts::Input>() : std::vector{report.times->inputs.front()}});
  if (run.floats)
    note = numberText(*run.floats / *run.now) + " times as fast as floats, " + secondsText(*run.floats);
  figures.push_back({"A run", secondsText(*run.now), note});
}

/// Of the output that is furthest away.
void addError(const Report &report, std::vector<Figure> &figures) {
  const Output *worst = nullptr;
  for (const Output &output : report.outputs)
    if (output.distance && (!worst || distanceCell(output.distance).key < distanceCell(worst->distance).key))
      worst = &output;
  if (!worst)
    return;
  Cell cell = distanceCell(worst->distance);
  bool isByCosine = worst->distance->cosine && worst->distance->sqnr;
  figures.push_back({isByCosine ? "Cosine of the results" : "Error of the results",
                     isByCosine ? cosineText(*worst->distance->cosine) : cell.text,
                     isByCosine ? decibelText(*worst->distance->sqnr) + ", at most " +
                                      numberText(worst->distance->maxAbsolute.value_or(0)) + " off"
                                : cell.note});
}

void addPrecisions(const Report &report, std::vector<Figure> &figures) {
  std::map<std::string, size_t> counts;
  size_t narrow = 0;
  for (const Layer &layer : report.layers) {
    ++counts[layer.precision];
    narrow += !layer.floatPrecision.empty() && layer.floatPrecision != layer.precision;
  }
  std::vector<std::string> parts;
  for (const auto &[precision, count] : counts)
    parts.push_back(std::to_string(count) + " " + precision);
  std::string value = std::to_string(report.layers.size());
  figures.push_back({report.isChanged() ? "Narrow layers" : "Layers",
                     report.isChanged() ? std::to_string(narrow) + " of " + value : value, joined(parts)});
}

void addCompensation(const Report &report, std::vector<Figure> &figures) {
  if (std::optional<Rounding> mean = meanRounding(report))
    figures.push_back({"Error of products", percentText(*mean->compensated),
                       "compensated by data; " + percentText(*mean->nearest) + " with each number by itself"});
}

void addBudget(const Report &report, std::vector<Figure> &figures) {
  if (!report.curve || !report.curve->chosen || !report.curve->chosen->value || !report.curve->bound)
    return;
  figures.push_back({"Budget of " + report.curve->metric, metricText(*report.curve->chosen->value),
                     "bound " + numberText(*report.curve->bound) + ", " + std::to_string(report.curve->chosen->floats) +
                         " of " + std::to_string(report.curve->choices) + " stay floats"});
}

} // namespace

std::vector<Figure> figuresOf(const Report &report) {
  std::vector<Figure> figures;
  addWeights(report, figures);
  addRun(report, figures);
  addError(report, figures);
  addPrecisions(report, figures);
  addCompensation(report, figures);
  addBudget(report, figures);
  return figures;
}

Table layerTable(const Report &report) {
  Table table;
  table.columns = {
      {"Layer", ""},
      {"Precision", "what it is computed in, and why it stays floats"},
      {"Left", "by pruning"},
      {"Zeros", "share of the weight's numbers in the model"},
      {"Bytes", "of the weight with its scales, and of that as floats"},
      {"Time", "least of several runs on this machine, and of that as floats"},
      {"Error alone", "signal to noise of the outputs where this layer alone is narrow"},
      {"Rounding", "signal to noise of the weight itself"},
      {"Product",
       "its own error on the data, as calibration rounded the weight, and with each number rounded by itself"}};
  for (auto [index, layer] : llvm::enumerate(report.layers))
    table.rows.push_back({nameCell(layer),
                          {layer.precision, layer.whyFloats},
                          leftCell(layer),
                          zerosCell(layer),
                          bytesCell(layer),
                          report.times ? timeCell(layer, report.times->layers[index]) : Cell(),
                          distanceCell(layer.alone),
                          weightCell(layer),
                          compensationCell(layer)});
  return withoutEmptyColumns(std::move(table));
}

Table outputTable(const Report &report) {
  Table table;
  table.columns = {{"Output", ""},
                   {"Cosine", "mean of rows"},
                   {"Least cosine", "of a row"},
                   {"Signal to noise", ""},
                   {"Greatest error", ""},
                   {"Equal", "share of whole numbers"},
                   {"Not finite", "rows, where those of floats are"}};
  auto text = [](const std::optional<double> &value, std::string (*how)(double)) {
    return value ? numberCell(*value, how(*value)) : Cell();
  };
  for (const Output &output : report.outputs) {
    const Distance distance = output.distance.value_or(Distance());
    if (!output.distance)
      continue;
    table.rows.push_back({{output.name, ""},
                          text(distance.cosine, cosineText),
                          text(distance.leastCosine, cosineText),
                          text(distance.sqnr, decibelText),
                          text(distance.maxAbsolute, numberText),
                          text(distance.equalShare, percentText),
                          distance.brokenRows ? Cell{std::to_string(distance.brokenRows), "", {}, true} : Cell()});
  }
  return withoutEmptyColumns(std::move(table));
}

Table curveTable(const Curve &curve) {
  Table table;
  table.columns = {{"Layers as floats", ""},
                   {"Saved", "of the arithmetic and memory that could be saved"},
                   {curve.metric, curve.meaning}};
  auto add = [&](const Point &point, const char *note) {
    table.rows.push_back({numberCell(double(point.floats), std::to_string(point.floats), note),
                          numberCell(point.saved, percentText(point.saved)),
                          point.value ? numberCell(*point.value, metricText(*point.value)) : Cell{"no finite value"}});
  };
  for (const Point &point : curve.tried)
    add(point,
        curve.chosen && point.floats == curve.chosen->floats && point.saved == curve.chosen->saved ? "chosen" : "");
  llvm::sort(table.rows, [](const auto &a, const auto &b) {
    return std::tie(b[1].key, a[0].key) < std::tie(a[1].key, b[0].key); // those first that save most
  });
  return table;
}

Table circumstances(const Report &report) {
  Table table;
  table.columns = {{"What", ""}, {"Value", ""}};
  auto add = [&](std::string what, std::string value) { table.rows.push_back({{what, ""}, {value, ""}}); };
  add("Compiler", report.compiler);
  add("Made for", report.target + ": " + joined(report.levels));
  for (const Option &option : report.options)
    add("Option " + option.name, option.value);
  if (report.samples) {
    add("Data of " + report.samples->option, inputsText(report.samples->inputs));
    if (!report.samples->mask.empty())
      add("Positions that count", "where " + report.samples->mask + " is not 0");
  }
  for (const FileFacts &file : report.files)
    add("File " + file.name, file.bytes ? bytesText(*file.bytes) : "");
  if (report.times) {
    add("Timed on", report.times->cpu + ", by code for " + report.times->level +
                        ", threads: " + std::to_string(report.times->threads));
    add("Timed with",
        inputsText(report.times->inputs) + "; the least of " + std::to_string(report.times->runs) + " runs in turns");
  }
  return table;
}

std::vector<std::string> remarksOn(const Report &report) {
  std::vector<std::string> remarks;
  if (report.times) {
    std::vector<std::string> slower;
    for (auto [layer, duration] : llvm::zip_equal(report.layers, report.times->layers))
      if (isSlower(layer, duration))
        slower.push_back(nameCell(layer).text);
    if (!slower.empty())
      remarks.push_back("Slower than floats here, by more than 5 %: " + joined(slower) +
                        ". A rule NODE=float behind the others of --quantize takes one back.");
    if (Cell rest = timeCell(report.times->rest); !rest.text.empty())
      remarks.push_back("All that belongs to no layer takes " + rest.text +
                        (rest.note.empty() ? "" : " (" + rest.note + ")") + ".");
  }
  if (report.otherBytes)
    remarks.push_back("Weights that belong to no layer, such as biases, take " + bytesText(report.otherBytes) + ".");
  return remarks;
}

} // namespace llmc::report
