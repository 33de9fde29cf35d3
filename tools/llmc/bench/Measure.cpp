// Warm-up first; profiled and watched runs come after the timed ones, which they would disturb.
#include "tools/llmc/bench/Measure.h"
#include "tools/llmc/Stopwatch.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"
#include <algorithm>
#include <numeric>

namespace llmc::tools {
namespace {

/// A line of /proc/self/status, in bytes.
std::optional<int64_t> memoryStatus(llvm::StringRef key) {
  auto file = llvm::MemoryBuffer::getFileAsStream("/proc/self/status");
  if (!file)
    return std::nullopt;
  for (llvm::line_iterator line(**file), end; line != end; ++line) {
    auto [name, value] = line->split(':');
    int64_t kilobytes;
    if (name == key && !value.trim().split(' ').first.getAsInteger(10, kilobytes))
      return kilobytes * 1024;
  }
  return std::nullopt;
}

/// Memory that the process takes more than now, at most, until asked.
class MemoryGrowth {
public:
  MemoryGrowth() {
    // "5" resets the high-water mark to what is in use.
    std::error_code error;
    llvm::raw_fd_ostream reset("/proc/self/clear_refs", error);
    if (!error)
      reset << "5";
    reset.close();
    reset.clear_error();
    before = memoryStatus("VmRSS");
  }
  std::optional<int64_t> bytes() const {
    auto peak = memoryStatus("VmHWM");
    return before && peak ? std::optional<int64_t>(std::max<int64_t>(0, *peak - *before)) : std::nullopt;
  }

private:
  std::optional<int64_t> before;
};

llvm::Expected<double> timeRun(LoadedModel &model) {
  auto start = Clock::now();
  if (llvm::Error error = model.execute({}))
    return std::move(error);
  return secondsSince(start);
}

llvm::Expected<std::vector<double>> timeRuns(LoadedModel &model, const BenchRequest &request) {
  std::vector<double> seconds;
  constexpr uint64_t leastRounds = 5; // however slow the model is
  auto start = Clock::now();
  auto enough = [&] {
    if (request.rounds)
      return seconds.size() >= request.rounds;
    return seconds.size() >= leastRounds && secondsSince(start) >= request.seconds;
  };
  while (!enough()) {
    auto time = timeRun(model);
    if (!time)
      return time.takeError();
    seconds.push_back(*time);
  }
  return seconds;
}

double medianOf(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
  return values[values.size() / 2];
}

llvm::Error profileKernels(LoadedModel &model, size_t variant, std::vector<double> &medians) {
  constexpr int runs = 11;
  const codegen::VariantFacts &ran = model.variants()[variant];
  std::vector<std::vector<double>> seconds(ran.kernelCount);
  for (int run = 0; run < runs; ++run) {
    auto times = model.profiledRun();
    if (!times)
      return times.takeError();
    for (size_t i = 0; i < seconds.size(); ++i)
      seconds[i].push_back((*times)[ran.firstKernel + i]);
  }
  for (std::vector<double> &kernel : seconds)
    medians.push_back(medianOf(std::move(kernel)));
  return llvm::Error::success();
}

/// Notes when each kernel ends; the next one begins there.
struct Watch {
  Clock::time_point start;
  std::vector<KernelSpan> spans;

  static void observe(void *user, uint32_t, const llmc_kernel_view *) {
    auto *watch = static_cast<Watch *>(user);
    double begin = watch->spans.empty() ? 0 : watch->spans.back().end;
    watch->spans.push_back({begin, secondsSince(watch->start)});
  }
};

llvm::Error traceRun(LoadedModel &model, std::vector<KernelSpan> &spans) {
  Watch watch;
  watch.spans.reserve(model.info().kernel_count);
  llmc_observer observer = {sizeof(llmc_observer), &watch, Watch::observe};
  llmc_run_options options = {};
  options.observer = &observer;
  watch.start = Clock::now();
  if (llvm::Error error = model.execute(options))
    return error;
  spans = std::move(watch.spans);
  return llvm::Error::success();
}

} // namespace

Latency latencyOf(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  auto at = [&](double share) { return seconds[static_cast<size_t>(share * static_cast<double>(seconds.size() - 1))]; };
  double sum = std::accumulate(seconds.begin(), seconds.end(), 0.0);
  return {seconds.size(),
          seconds.front(),
          at(0.5),
          at(0.9),
          at(0.99),
          seconds.back(),
          sum / static_cast<double>(seconds.size())};
}

llvm::Expected<BenchResult> measure(llvm::StringRef folder, uint32_t threads, llvm::ArrayRef<HostTensor> inputs,
                                    const BenchRequest &request) {
  MemoryGrowth growth;
  auto model = LoadedModel::open(folder, threads);
  if (!model)
    return model.takeError();
  if (llvm::Error error = (*model)->bind(inputs))
    return std::move(error);
  auto first = timeRun(**model);
  if (!first)
    return first.takeError();
  auto variant = (*model)->variant();
  if (!variant)
    return variant.takeError();
  BenchResult result = {{}, *first, {}, *variant, {}, {}};
  for (int warmUp = 0; warmUp < 2; ++warmUp)
    if (auto time = timeRun(**model); !time)
      return time.takeError();
  auto seconds = timeRuns(**model, request);
  if (!seconds)
    return seconds.takeError();
  result.latency = latencyOf(std::move(*seconds));
  result.peakBytes = growth.bytes();
  if (request.profile)
    if (llvm::Error error = profileKernels(**model, *variant, result.kernelSeconds))
      return std::move(error);
  if (request.trace)
    if (llvm::Error error = traceRun(**model, result.spans))
      return std::move(error);
  return result;
}

} // namespace llmc::tools
