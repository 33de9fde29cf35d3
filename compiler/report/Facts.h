// What a report tells of a compilation. Whatever is not known is not there: no figure stands for one that nobody
// measured.
#ifndef LLMC_COMPILER_REPORT_FACTS_H
#define LLMC_COMPILER_REPORT_FACTS_H

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace llmc::report {

/// How far results are from those that are wanted, over all rows: along the last axis.
struct Distance {
  std::optional<double> cosine, leastCosine; // mean and least of rows
  std::optional<double> maxAbsolute;
  std::optional<double> sqnr;       // dB; nothing where there is no noise
  std::optional<double> equalShare; // of whole numbers
  uint64_t brokenRows = 0;    // finite where they are wanted, and not so here; then nothing else of floats is there
  uint64_t boundlessRows = 0; // not finite as they are wanted, and not counted
};

/// How far codes are from the weight that they stand for, and products of the data from those of the weight.
struct Rounding {
  std::optional<double> sqnr; // of the weight, dB; nothing where there is no noise
  /// Root of the mean square error of products, of that of the products: with each number rounded by itself, and as it
  /// was done.
  std::optional<double> nearest, compensated;
};

/// Channels or heads.
struct Left {
  std::string kind;
  int64_t left, all;
};

struct Decision {
  std::string what, why;
};

/// A product of a weight, rows that are picked out of one, or attention.
struct Layer {
  std::vector<std::string> nodes;
  std::string kind; // "product", "convolution", "table", "attention"
  std::string precision, floatPrecision;
  std::string weight;         // its name in the model; empty: it has none
  std::vector<int64_t> shape; // of the weight in the model
  std::optional<double> zeros;
  std::vector<Left> pruned;
  std::optional<uint64_t> bytes, floatBytes;
  std::optional<Rounding> rounding;
  std::optional<Distance> alone; // of the outputs, where this layer alone is narrow
  std::string whyFloats;         // where others are narrow
  std::vector<Decision> decisions;
};

struct Output {
  std::string name;
  std::optional<Distance> distance;
};

/// A mixture of narrow layers and floats.
struct Point {
  uint64_t floats;             // how many choices are that
  double saved;                // share of the arithmetic and memory that could be saved
  std::optional<double> value; // of the metric; nothing where results are no numbers
};

struct Curve {
  std::string metric, meaning;
  bool moreIsBetter;
  std::optional<double> bound; // of the budget
  uint64_t choices;
  std::vector<Point> tried;
  std::optional<Point> chosen;
};

struct SampleFacts {
  std::string option; // "calibration" or "inputs"
  struct Input {
    std::string name;
    std::vector<int64_t> dims;
  };
  std::vector<Input> inputs;
  std::string mask;
};

struct FileFacts {
  std::string name;
  std::optional<uint64_t> bytes;
};

/// The least of several runs, in seconds.
struct Duration {
  std::optional<double> now = {}, floats = {};
  std::optional<double> usualFloats = {}; // the median: how far from the least it is tells what is noise
};

/// Whether a layer that has become narrower takes longer than it did, beyond what is noise.
inline bool isSlower(const Layer &layer, const Duration &duration) {
  constexpr double kNoise = 1.05, kSecondsOfNoise = 1e-6;
  bool isNarrower = !layer.floatPrecision.empty() && layer.precision != layer.floatPrecision;
  if (!isNarrower || !duration.now || !duration.floats)
    return false;
  double noise = std::max(*duration.floats * kNoise, duration.usualFloats.value_or(0)) + kSecondsOfNoise;
  return *duration.now > noise;
}

struct Times {
  std::string cpu, level; // of this machine, and of the code that ran
  unsigned threads, runs;
  std::vector<SampleFacts::Input> inputs;
  Duration run, rest;           // all of it; what is part of no layer
  std::vector<Duration> layers; // of each
};

struct Option {
  std::string name, value;
};

struct Report {
  std::string model, compiler, target;
  std::vector<std::string> levels;
  std::vector<Option> options; // that were given
  std::optional<SampleFacts> samples;
  std::vector<FileFacts> files;
  uint64_t weightBytes = 0, otherBytes = 0; // otherBytes: of weights that belong to no layer
  std::optional<uint64_t> floatWeightBytes;
  std::vector<Output> outputs;
  std::vector<Layer> layers;
  std::optional<Curve> curve;
  std::optional<Times> times;
  std::vector<std::string> missing; // what is not known, and how to get it

  /// Numbers are narrower than the model has them, or fewer.
  bool isChanged() const { return floatWeightBytes.has_value(); }
};

/// Means over the layers that calibration rounded; nothing where it rounded none.
inline std::optional<Rounding> meanRounding(const Report &report) {
  double nearest = 0, compensated = 0, count = 0;
  for (const Layer &layer : report.layers)
    if (layer.rounding && layer.rounding->compensated) {
      nearest += *layer.rounding->nearest;
      compensated += *layer.rounding->compensated;
      ++count;
    }
  return count ? std::optional<Rounding>({std::nullopt, nearest / count, compensated / count}) : std::nullopt;
}

} // namespace llmc::report

#endif
