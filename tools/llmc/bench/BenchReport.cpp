// Figures for people say how they were got: times are measured, work is counted by formulas, limits are measured too.
#include "tools/llmc/bench/BenchReport.h"
#include "tools/llmc/TextTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include <algorithm>

namespace llmc::tools {
namespace {

/// Symbols that are the whole of a dim somewhere have the size that the input has there.
std::vector<std::pair<std::string, int64_t>> dimsOf(const ModelReport &model, llvm::ArrayRef<HostTensor> inputs) {
  std::vector<std::pair<std::string, int64_t>> dims;
  for (const ir::SymbolRange &symbol : model.sizes.symbols)
    for (auto [declared, tensor] : llvm::zip(model.inputs, inputs)) {
      auto axis = llvm::find(declared.dimTexts, symbol.name);
      if (axis == declared.dimTexts.end())
        continue;
      dims.push_back({symbol.name, tensor.shape[axis - declared.dimTexts.begin()]});
      break;
    }
  return dims;
}

using Formula = std::optional<ir::DimExpr>;

std::optional<Work> workOf(const Formula &flops, const Formula &halfFlops, const Formula &byteOps, const Formula &bytes,
                           const std::vector<std::pair<std::string, int64_t>> &dims) {
  auto lookup = [&](llvm::StringRef name) -> std::optional<int64_t> {
    auto found = llvm::find_if(dims, [&](const auto &dim) { return dim.first == name; });
    return found == dims.end() ? std::nullopt : std::optional<int64_t>(found->second);
  };
  auto evaluate = [&](const Formula &formula) { return formula ? formula->evaluate(lookup) : std::nullopt; };
  auto flopCount = evaluate(flops), byteCount = evaluate(bytes);
  if (!flopCount || !byteCount)
    return std::nullopt;
  return Work{static_cast<double>(*flopCount), static_cast<double>(evaluate(halfFlops).value_or(0)),
              static_cast<double>(evaluate(byteOps).value_or(0)), static_cast<double>(*byteCount)};
}

std::string milliseconds(double seconds) { return formatNumber("%.3f ms", seconds * 1e3); }

std::string percent(double part, double whole) { return formatNumber("%.0f %%", whole > 0 ? 100 * part / whole : 0); }

std::string giga(double count, double seconds) { return formatNumber("%.1f", count / seconds * 1e-9); }

/// Rates and share of the limit of some work in some time: four cells, the second of them of products of bytes. FLOPs
/// are those of all floats.
std::vector<std::string> rates(const std::optional<Work> &work, double seconds, const MachineLimits &limits) {
  if (!work || seconds <= 0)
    return {"", "", "", ""};
  return {giga(work->flops, seconds), giga(work->byteOps, seconds), giga(work->bytes, seconds),
          percent(limits.leastSeconds(*work), seconds)};
}

bool multipliesBytes(const BenchReport &report) { return report.work && report.work->byteOps > 0; }
bool multipliesHalves(const BenchReport &report) { return report.work && report.work->halfFlops > 0; }

/// One entry for all kernels that share their code, as equal layers do, in the order of the first ones.
std::vector<KernelTiming> joinEqualKernels(llvm::ArrayRef<KernelTiming> kernels) {
  llvm::MapVector<llvm::StringRef, KernelTiming> joined;
  for (const KernelTiming &kernel : kernels) {
    auto [found, isFirst] = joined.try_emplace(kernel.name, kernel);
    if (isFirst)
      continue;
    KernelTiming &sum = found->second;
    sum.count += kernel.count;
    sum.seconds += kernel.seconds;
    sum.share += kernel.share;
    if (sum.work && kernel.work)
      sum.work = *sum.work + *kernel.work;
    else
      sum.work.reset();
  }
  auto timings = llvm::make_second_range(joined);
  return {timings.begin(), timings.end()};
}

void printKernels(const BenchReport &report, bool each, llvm::raw_ostream &out) {
  std::vector<KernelTiming> lines = each ? report.kernels : joinEqualKernels(report.kernels);
  llvm::sort(lines, [](const KernelTiming &a, const KernelTiming &b) {
    return std::make_pair(-a.seconds, a.first) < std::make_pair(-b.seconds, b.first);
  });
  out << "\nkernels, slowest first (medians of profiled runs; % of the limit: least time for its work / time"
      << (each ? "" : "; equal kernels are one line, --each-kernel lists them") << "):\n";
  std::vector<std::string> header = {"#",       "times",      "kernel", "time",  "share",
                                     "GFLOP/s", "byte Gop/s", "GB/s",   "limit", "nodes"};
  constexpr size_t bytesColumn = 6;
  if (!multipliesBytes(report))
    header.erase(header.begin() + bytesColumn);
  TextTable table(header);
  for (const KernelTiming &kernel : lines) {
    std::vector<std::string> row = {std::to_string(kernel.first), std::to_string(kernel.count), kernel.name,
                                    milliseconds(kernel.seconds), percent(kernel.share, 1)};
    llvm::append_range(row, rates(kernel.work, kernel.seconds, report.limits));
    if (!multipliesBytes(report))
      row.erase(row.begin() + bytesColumn);
    row.push_back(kernel.nodes + (kernel.count > 1 ? "; ..." : ""));
    table.add(std::move(row));
  }
  table.print(out);
}

void writeWork(llvm::json::OStream &json, const std::optional<Work> &work, double seconds,
               const MachineLimits &limits) {
  if (!work || seconds <= 0)
    return;
  json.attribute("flops", work->flops);
  json.attribute("bf16_flops", work->halfFlops);
  json.attribute("byte_ops", work->byteOps);
  json.attribute("bytes", work->bytes);
  json.attribute("share_of_limit", limits.leastSeconds(*work) / seconds);
}

void writeLatency(llvm::json::OStream &json, const Latency &latency) {
  json.attributeObject("latency_seconds", [&] {
    json.attribute("rounds", static_cast<int64_t>(latency.rounds));
    json.attribute("least", latency.least);
    json.attribute("median", latency.median);
    json.attribute("p90", latency.p90);
    json.attribute("p99", latency.p99);
    json.attribute("most", latency.most);
    json.attribute("mean", latency.mean);
  });
}

} // namespace

BenchReport makeReport(const ModelReport &model, llvm::ArrayRef<HostTensor> inputs, uint32_t threads,
                       BenchResult result, MachineLimits limits) {
  BenchReport report = {
      model.name, model.cpu, threads, dimsOf(model, inputs), model.variants[model.variant].dims, std::move(result),
      {},         limits,    {}};
  report.work = workOf(model.flops(), model.halfFlops(), model.byteOps(), model.traffic(), report.dims);
  double total = 0;
  for (double seconds : report.result.kernelSeconds)
    total += seconds;
  for (auto [kernel, seconds] : llvm::zip(model.kernels, report.result.kernelSeconds))
    report.kernels.push_back({kernel.function, llvm::join(kernel.nodes, ", "), report.kernels.size(), 1, seconds,
                              total > 0 ? seconds / total : 0,
                              workOf(kernel.flops, kernel.halfFlops, kernel.byteOps, kernel.traffic, report.dims)});
  return report;
}

void printBench(const BenchReport &report, bool eachKernel, llvm::raw_ostream &out) {
  const Latency &latency = report.result.latency;
  out << report.model << " for " << report.cpu << ", " << report.threads
      << (report.threads == 1 ? " thread" : " threads");
  for (const auto &[name, size] : report.dims)
    out << ", " << name << " = " << size;
  if (!report.variant.empty())
    out << "\nvariant:    " << report.variant;
  out << "\nlatency:    median " << milliseconds(latency.median) << ", least " << milliseconds(latency.least)
      << ", p90 " << milliseconds(latency.p90) << ", p99 " << milliseconds(latency.p99) << ", most "
      << milliseconds(latency.most) << " (" << latency.rounds << " runs)\n"
      << "first run:  " << milliseconds(report.result.firstRun)
      << "\nthroughput: " << formatNumber("%.1f", 1 / latency.mean) << " runs a second\n";
  if (report.result.peakBytes)
    out << "memory:     " << readableBytes(*report.result.peakBytes)
        << " at most, by which this process grew (measured; the weights that were read are part of it)\n";
  if (report.work) {
    auto cells = rates(report.work, latency.median, report.limits);
    out << "work:       " << cells[0] << " GFLOP/s, " << (multipliesBytes(report) ? cells[1] + " Gop/s of bytes, " : "")
        << cells[2] << " GB/s, " << cells[3] << " of the limit (counted by formulas; each tensor of a kernel once)\n";
  }
  out << "limits:     " << giga(report.limits.flopsPerSecond, 1) << " GFLOP/s, "
      << (multipliesHalves(report) ? giga(report.limits.halfFlopsPerSecond, 1) + " GFLOP/s of bf16, " : "")
      << (multipliesBytes(report) ? giga(report.limits.byteOpsPerSecond, 1) + " Gop/s of bytes, " : "")
      << formatNumber("%.1f", report.limits.memoryBytesPerSecond() * 1e-9)
      << " GB/s from memory, more from caches (measured here, on as many threads)\n";
  if (!report.kernels.empty())
    printKernels(report, eachKernel, out);
}

void printBenchJson(const BenchReport &report, llvm::raw_ostream &out) {
  const Latency &latency = report.result.latency;
  llvm::json::OStream json(out, /*IndentSize=*/1);
  json.object([&] {
    json.attribute("model", report.model);
    json.attribute("cpu", report.cpu);
    json.attribute("threads", static_cast<int64_t>(report.threads));
    json.attributeObject("dims", [&] {
      for (const auto &[name, size] : report.dims)
        json.attribute(name, size);
    });
    json.attribute("variant", report.variant);
    writeLatency(json, latency);
    json.attribute("first_run_seconds", report.result.firstRun);
    json.attribute("runs_per_second", 1 / latency.mean);
    if (report.result.peakBytes)
      json.attribute("peak_growth_bytes", *report.result.peakBytes);
    writeWork(json, report.work, latency.median, report.limits);
    json.attributeObject("limits", [&] {
      json.attribute("flops_per_second", report.limits.flopsPerSecond);
      json.attribute("bf16_flops_per_second", report.limits.halfFlopsPerSecond);
      json.attribute("byte_ops_per_second", report.limits.byteOpsPerSecond);
      json.attributeArray("reads", [&] {
        for (const ReadRate &rate : report.limits.reads)
          json.object([&] {
            json.attribute("bytes", static_cast<int64_t>(rate.bytes));
            json.attribute("bytes_per_second", rate.bytesPerSecond);
          });
      });
    });
    json.attributeArray("kernels", [&] {
      for (const KernelTiming &kernel : report.kernels)
        json.object([&] {
          json.attribute("function", kernel.name);
          json.attribute("nodes", kernel.nodes);
          json.attribute("seconds", kernel.seconds);
          json.attribute("share", kernel.share);
          writeWork(json, kernel.work, kernel.seconds, report.limits);
        });
    });
  });
  out << '\n';
}

void writeTrace(const ModelReport &model, llvm::ArrayRef<KernelSpan> spans, llvm::raw_ostream &out) {
  llvm::json::OStream json(out);
  json.object([&] {
    json.attribute("displayTimeUnit", "ms");
    json.attributeArray("traceEvents", [&] {
      for (size_t i = 0; i < std::min(model.kernels.size(), spans.size()); ++i)
        json.object([&] {
          const KernelReport &kernel = model.kernels[i];
          const KernelSpan &span = spans[i];
          json.attribute("name", kernel.function);
          json.attribute("ph", "X"); // a span with begin and duration, in microseconds
          json.attribute("ts", span.begin * 1e6);
          json.attribute("dur", (span.end - span.begin) * 1e6);
          json.attribute("pid", 1);
          json.attribute("tid", 1);
          json.attributeObject("args", [&] { json.attribute("nodes", llvm::join(kernel.nodes, ", ")); });
        });
    });
  });
  out << '\n';
}

} // namespace llmc::tools
