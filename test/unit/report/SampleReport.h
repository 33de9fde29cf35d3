// Reports to be written: one of which all is known, with names that try to be markup.
#ifndef LLMC_TEST_UNIT_REPORT_SAMPLEREPORT_H
#define LLMC_TEST_UNIT_REPORT_SAMPLEREPORT_H

#include "compiler/report/Facts.h"

namespace llmc::report {

inline constexpr char kHostileName[] = "</td><script>alert(\"1\")</script> a|b\nnext `c` & 'd' \xff\xfe [e](f) \x01";

inline Layer sampleLayer(std::string node) {
  Layer layer;
  layer.nodes = {std::move(node)};
  layer.kind = "product";
  layer.precision = "int8";
  layer.floatPrecision = "f32";
  layer.weight = kHostileName;
  layer.shape = {64, 32};
  layer.zeros = 0.25;
  layer.pruned = {{"channels", 16, 32}};
  layer.bytes = 2304;
  layer.floatBytes = 8192;
  layer.rounding = Rounding{40.5, 0.02, 0.01};
  layer.alone = Distance{0.999, 0.99, 0.5, 30.25, {}};
  layer.decisions = {{kHostileName, kHostileName}};
  return layer;
}

inline Report fullReport() {
  Report report;
  report.model = kHostileName;
  report.compiler = "llmc 1";
  report.target = "x86_64";
  report.levels = {"x86-64-v3"};
  report.options = {{"quantize", kHostileName}};
  report.samples = SampleFacts{"calibration", {{kHostileName, {4, 8}}}, kHostileName};
  report.files = {{kHostileName, 1234}};
  report.weightBytes = 4608;
  report.otherBytes = 100;
  report.floatWeightBytes = 16384;
  report.outputs = {{kHostileName, Distance{0.998, 0.98, 1.5, 27, {}}}};
  report.layers = {sampleLayer(kHostileName), sampleLayer("second")};
  report.layers[1].precision = "f32";
  report.layers[1].whyFloats = kHostileName;
  report.curve =
      Curve{"cosine", "mean cosine of rows", true, 0.99, 2, {{0, 1, 0.98}, {1, 0.5, 0.995}}, Point{1, 0.5, 0.995}};
  report.times = Times{"cpu",
                       "level",
                       2,
                       5,
                       {{kHostileName, {4, 8}}},
                       {0.002, 0.004},
                       {0.001, 0.001},
                       {{0.0011, 0.001}, {0.0001, 0.002}}};
  report.missing = {kHostileName};
  return report;
}

/// Only what a compilation without data knows.
inline Report plainReport() {
  Report report;
  report.model = "plain";
  report.weightBytes = 8192;
  Layer layer;
  layer.nodes = {"first"};
  layer.kind = "product";
  layer.precision = "f32";
  report.layers = {layer};
  report.outputs = {{"y", {}}};
  return report;
}

} // namespace llmc::report

#endif
