// Members that are not known are left out. What differs from run to run is in "times" alone.
#include "compiler/report/Json.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

namespace json = llvm::json;

namespace llmc::report {
namespace {

/// Of the form; a higher one where members are gone or mean something else.
constexpr int64_t kVersion = 1;

class JsonWriter {
public:
  explicit JsonWriter(llvm::raw_ostream &stream) : out(stream, /*IndentSize=*/1) {}

  void write(const Report &report) {
    out.object([&] {
      out.attribute("report", "llmc");
      out.attribute("version", kVersion);
      text("model", report.model);
      text("compiler", report.compiler);
      text("target", report.target);
      texts("levels", report.levels);
      out.attributeObject("options", [&] {
        for (const Option &option : report.options)
          text(option.name, option.value);
      });
      if (report.samples)
        out.attributeObject("data", [&] { writeSamples(*report.samples); });
      out.attributeObject("totals", [&] { writeTotals(report); });
      list("outputs", report.outputs, [&](const Output &output) {
        text("name", output.name);
        distance("error", output.distance);
      });
      list("layers", report.layers, [&](const Layer &layer) { writeLayer(layer); });
      if (report.curve)
        out.attributeObject("curve", [&] { writeCurve(*report.curve); });
      if (report.times)
        out.attributeObject("times", [&] { writeTimes(*report.times, report.layers); });
      texts("missing", report.missing);
    });
  }

private:
  void text(llvm::StringRef key, llvm::StringRef value) { out.attribute(json::fixUTF8(key), json::fixUTF8(value)); }

  void texts(llvm::StringRef key, const std::vector<std::string> &values) {
    out.attributeArray(key, [&] {
      for (const std::string &value : values)
        out.value(json::fixUTF8(value));
    });
  }

  template <typename Item, typename Members>
  void list(llvm::StringRef key, const std::vector<Item> &items, Members writeMembers) {
    out.attributeArray(key, [&] {
      for (const Item &item : items)
        out.object([&] { writeMembers(item); });
    });
  }

  void number(llvm::StringRef key, std::optional<double> value) {
    if (value)
      out.attribute(key, *value);
  }

  void count(llvm::StringRef key, std::optional<uint64_t> value) {
    if (value)
      out.attribute(key, static_cast<int64_t>(*value));
  }

  void sizes(llvm::StringRef key, const std::vector<int64_t> &values) {
    out.attributeArray(key, [&] {
      for (int64_t value : values)
        out.value(value);
    });
  }

  void writeSamples(const SampleFacts &samples) {
    text("option", samples.option);
    if (!samples.mask.empty())
      text("mask", samples.mask);
    list("inputs", samples.inputs, [&](const SampleFacts::Input &input) {
      text("name", input.name);
      sizes("dims", input.dims);
    });
  }

  void writeTotals(const Report &report) {
    list("files", report.files, [&](const FileFacts &file) {
      text("name", file.name);
      count("bytes", file.bytes);
    });
    out.attributeObject("weights", [&] {
      count("bytes", report.weightBytes);
      count("of_no_layer_bytes", report.otherBytes);
      count("float_bytes", report.floatWeightBytes);
    });
    rounding("rounding", meanRounding(report));
  }

  void distance(llvm::StringRef key, const std::optional<Distance> &distance) {
    if (!distance)
      return;
    out.attributeObject(key, [&] {
      number("cosine", distance->cosine);
      number("least_cosine", distance->leastCosine);
      number("max_abs", distance->maxAbsolute);
      number("sqnr", distance->sqnr);
      number("equal_share", distance->equalShare);
      if (distance->brokenRows)
        count("broken_rows", distance->brokenRows);
      if (distance->boundlessRows)
        count("boundless_rows", distance->boundlessRows);
    });
  }

  void rounding(llvm::StringRef key, const std::optional<Rounding> &rounding) {
    if (!rounding)
      return;
    out.attributeObject(key, [&] {
      number("sqnr", rounding->sqnr);
      number("nearest_error", rounding->nearest);
      number("compensated_error", rounding->compensated);
    });
  }

  void writeLayer(const Layer &layer) {
    texts("nodes", layer.nodes);
    text("kind", layer.kind);
    text("precision", layer.precision);
    if (!layer.floatPrecision.empty())
      text("float_precision", layer.floatPrecision);
    if (!layer.weight.empty()) {
      text("weight", layer.weight);
      sizes("shape", layer.shape);
    }
    number("zeros", layer.zeros);
    if (!layer.pruned.empty())
      list("pruned", layer.pruned, [&](const Left &left) {
        text("kind", left.kind);
        out.attribute("left", left.left);
        out.attribute("of", left.all);
      });
    count("bytes", layer.bytes);
    count("float_bytes", layer.floatBytes);
    rounding("rounding", layer.rounding);
    distance("alone", layer.alone);
    if (!layer.whyFloats.empty())
      text("why_floats", layer.whyFloats);
    list("decisions", layer.decisions, [&](const Decision &decision) {
      text("what", decision.what);
      text("why", decision.why);
    });
  }

  void writePoint(const Point &point) {
    count("floats", point.floats);
    out.attribute("saved", point.saved);
    number("value", point.value);
  }

  void writeCurve(const Curve &curve) {
    text("metric", curve.metric);
    text("meaning", curve.meaning);
    out.attribute("more_is_better", curve.moreIsBetter);
    number("bound", curve.bound);
    count("choices", curve.choices);
    list("tried", curve.tried, [&](const Point &point) { writePoint(point); });
    if (curve.chosen)
      out.attributeObject("chosen", [&] { writePoint(*curve.chosen); });
  }

  void writeDuration(const Duration &duration) {
    number("seconds", duration.now);
    number("float_seconds", duration.floats);
    number("float_median_seconds", duration.usualFloats);
  }

  void writeTimes(const Times &times, const std::vector<Layer> &layers) {
    text("cpu", times.cpu);
    text("level", times.level);
    out.attribute("threads", static_cast<int64_t>(times.threads));
    out.attribute("runs", static_cast<int64_t>(times.runs));
    list("inputs", times.inputs, [&](const SampleFacts::Input &input) {
      text("name", input.name);
      sizes("dims", input.dims);
    });
    out.attributeObject("run", [&] { writeDuration(times.run); });
    out.attributeObject("of_no_layer", [&] { writeDuration(times.rest); });
    out.attributeArray("layers", [&] {
      for (auto [layer, duration] : llvm::zip_equal(layers, times.layers))
        out.object([&, &layer = layer, &duration = duration] {
          writeDuration(duration);
          if (isSlower(layer, duration))
            out.attribute("slower", true);
        });
    });
  }

  json::OStream out;
};

} // namespace

void writeJson(const Report &report, llvm::raw_ostream &stream) {
  JsonWriter(stream).write(report);
  stream << '\n';
}

} // namespace llmc::report
