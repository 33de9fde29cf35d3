#include "compiler/report/Timing.h"
#include "compiler/pipeline/ErrorKind.h"
#include "llvm/ADT/STLExtras.h"
#include <chrono>

namespace llmc::report {
namespace {

using Clock = std::chrono::steady_clock;

/// More runs are worth less than the time they take.
constexpr unsigned kLeastRuns = 5, kMostRuns = 50;
constexpr double kSecondsForEach = 1.5;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// Seconds of each run of a model; of its kernels, by kernels.
struct Samples {
  std::vector<double> runs;
  std::vector<std::vector<double>> kernels;
};

llvm::Error timeOnce(const execution::OpenModel &model, Samples &samples) {
  auto start = Clock::now();
  if (llvm::Error error = model.execute({}))
    return error;
  samples.runs.push_back(secondsSince(start));
  llmc_run_options profiled = {};
  profiled.profile = 1;
  if (llvm::Error error = model.execute(profiled))
    return error;
  auto kernels = model.kernelSeconds();
  if (!kernels)
    return kernels.takeError();
  samples.kernels.resize(kernels->size());
  for (auto [all, seconds] : llvm::zip_equal(samples.kernels, *kernels))
    all.push_back(seconds);
  return llvm::Error::success();
}

ModelTimes timesOf(Samples samples) {
  ModelTimes times;
  times.run = *llvm::min_element(samples.runs);
  for (std::vector<double> &kernel : samples.kernels) {
    llvm::sort(kernel);
    times.kernels.push_back(kernel.front());
    times.usualOfKernels.push_back(kernel[kernel.size() / 2]);
  }
  return times;
}

} // namespace

llvm::Expected<Race> race(llvm::ArrayRef<const execution::OpenModel *> models, llvm::ArrayRef<llmc_tensor> inputs,
                          const std::function<bool()> &cancelled) {
  Race result = {0, {}};
  std::vector<Samples> samples(models.size());
  for (const execution::OpenModel *model : models) {
    if (llvm::Error error = model->bind(inputs))
      return std::move(error);
    if (llvm::Error error = model->execute({})) // pages of weights and memory
      return std::move(error);
  }
  auto start = Clock::now();
  double enough = kSecondsForEach * static_cast<double>(models.size());
  for (; result.runs < kMostRuns && (result.runs < kLeastRuns || secondsSince(start) < enough); ++result.runs)
    for (auto [model, own] : llvm::zip_equal(models, samples)) {
      if (cancelled())
        return llvm::make_error<pipeline::CancelledError>();
      if (llvm::Error error = timeOnce(*model, own))
        return std::move(error);
    }
  for (Samples &own : samples)
    result.models.push_back(timesOf(std::move(own)));
  return result;
}

} // namespace llmc::report
