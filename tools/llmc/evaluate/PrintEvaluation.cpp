#include "tools/llmc/evaluate/PrintEvaluation.h"
#include "tools/llmc/TextTable.h"
#include "llvm/Support/JSON.h"
#include <cmath>

using llmc::evaluation::Agreement;
using llmc::evaluation::MetricInfo;

namespace llmc::tools {
namespace {

bool isTold(const Evaluation &evaluation, const MetricInfo &info) {
  return evaluation::worstOf(evaluation.outputs, info.metric).has_value();
}

void printMetrics(const Evaluation &evaluation, llvm::raw_ostream &out) {
  std::vector<std::string> header = {"output", "rows"};
  for (const MetricInfo &info : evaluation::metrics())
    if (isTold(evaluation, info))
      header.push_back(info.name);
  TextTable table(header);
  for (const Agreement &output : evaluation.outputs) {
    std::vector<std::string> cells = {output.name().str(), std::to_string(output.rowCount())};
    for (const MetricInfo &info : evaluation::metrics())
      if (isTold(evaluation, info)) {
        auto value = output.value(info.metric);
        cells.push_back(value ? formatNumber("%.6g", *value) : "");
      }
    if (output.hasFloats())
      table.add(std::move(cells));
  }
  table.print(out);
}

/// What the metrics leave out.
void printRest(const Agreement &output, llvm::raw_ostream &out) {
  if (!output.hasFloats())
    out << "output " << output.name() << ": " << formatNumber("%.6g %%", 100 * output.equalShare())
        << " of the values are equal\n";
  if (output.brokenRows())
    out << "output " << output.name() << ": " << output.brokenRows()
        << " rows have NaN or infinities where finite values are wanted\n";
  if (output.boundlessRows())
    out << "output " << output.name() << ": " << output.boundlessRows()
        << " rows don't count: what is wanted has NaN or infinities there\n";
}

void writeNumber(llvm::json::OStream &json, llvm::StringRef name, double value) {
  if (std::isfinite(value)) // JSON has no others
    json.attribute(name, value);
  else
    json.attribute(name, nullptr);
}

} // namespace

void printEvaluation(const Evaluation &evaluation, llvm::raw_ostream &out) {
  out << evaluation.model << " for " << evaluation.cpu << " against " << evaluation.against << ", on "
      << evaluation.samples << (evaluation.samples == 1 ? " sample:\n" : " samples:\n");
  if (llvm::any_of(evaluation.outputs, [](const Agreement &output) { return output.hasFloats(); }))
    printMetrics(evaluation, out);
  for (const Agreement &output : evaluation.outputs)
    printRest(output, out);
  for (const LabelComparison &labels : evaluation.labels)
    out << labels.labels << ": " << labels.got.count() << " told by " << labels.output << ", accuracy "
        << formatNumber("%.6g", labels.got.accuracy()) << " (wanted " << formatNumber("%.6g", labels.want.accuracy())
        << "), perplexity " << formatNumber("%.6g", labels.got.perplexity()) << " (wanted "
        << formatNumber("%.6g", labels.want.perplexity()) << ")\n";
}

void printEvaluationJson(const Evaluation &evaluation, llvm::raw_ostream &out) {
  llvm::json::OStream json(out, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("model", evaluation.model);
    json.attribute("cpu", evaluation.cpu);
    json.attribute("against", evaluation.against);
    json.attribute("samples", evaluation.samples);
    json.attributeArray("outputs", [&] {
      for (const Agreement &output : evaluation.outputs)
        json.object([&] {
          json.attribute("name", output.name());
          json.attribute("rows", static_cast<int64_t>(output.rowCount()));
          json.attribute("broken_rows", static_cast<int64_t>(output.brokenRows()));
          json.attribute("boundless_rows", static_cast<int64_t>(output.boundlessRows()));
          json.attribute("equal_share", output.equalShare());
          for (const MetricInfo &info : evaluation::metrics())
            if (auto value = output.value(info.metric))
              writeNumber(json, info.name, *value);
        });
    });
    json.attributeArray("labels", [&] {
      for (const LabelComparison &labels : evaluation.labels)
        json.object([&] {
          json.attribute("labels", labels.labels);
          json.attribute("output", labels.output);
          json.attribute("count", static_cast<int64_t>(labels.got.count()));
          writeNumber(json, "accuracy", labels.got.accuracy());
          writeNumber(json, "wanted_accuracy", labels.want.accuracy());
          writeNumber(json, "perplexity", labels.got.perplexity());
          writeNumber(json, "wanted_perplexity", labels.want.perplexity());
        });
    });
  });
  out << '\n';
}

} // namespace llmc::tools
