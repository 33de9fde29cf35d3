#include "compiler/report/Timing.h"
#include "compiler/pipeline/ErrorKind.h"
#include "llvm/ADT/STLExtras.h"
#include <chrono>

namespace llmc::report {
namespace {

using Clock = std::chrono::steady_clock;

/// More runs are worth less than the time they take.
constexpr unsigned kLeastRuns = 3, kMostRuns = 50;
constexpr double kSecondsForEach = 1.5;

double secondsSince(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

llvm::Error timeOnce(const execution::OpenModel &model, ModelTimes &times) {
  auto start = Clock::now();
  if (llvm::Error error = model.execute({}))
    return error;
  times.run = std::min(times.run, secondsSince(start));
  llmc_run_options profiled = {};
  profiled.profile = 1;
  if (llvm::Error error = model.execute(profiled))
    return error;
  auto kernels = model.kernelSeconds();
  if (!kernels)
    return kernels.takeError();
  times.kernels.resize(kernels->size(), std::numeric_limits<double>::infinity());
  for (auto [least, seconds] : llvm::zip_equal(times.kernels, *kernels))
    least = std::min(least, seconds);
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Race> race(llvm::ArrayRef<const execution::OpenModel *> models, llvm::ArrayRef<llmc_tensor> inputs,
                          const std::function<bool()> &cancelled) {
  Race result = {0, std::vector<ModelTimes>(models.size(), {std::numeric_limits<double>::infinity(), {}})};
  for (const execution::OpenModel *model : models) {
    if (llvm::Error error = model->bind(inputs))
      return std::move(error);
    if (llvm::Error error = model->execute({})) // pages of weights and memory
      return std::move(error);
  }
  auto start = Clock::now();
  double enough = kSecondsForEach * static_cast<double>(models.size());
  for (; result.runs < kMostRuns && (result.runs < kLeastRuns || secondsSince(start) < enough); ++result.runs)
    for (auto [model, times] : llvm::zip_equal(models, result.models)) {
      if (cancelled())
        return llvm::make_error<pipeline::CancelledError>();
      if (llvm::Error error = timeOnce(*model, times))
        return std::move(error);
    }
  return result;
}

} // namespace llmc::report
