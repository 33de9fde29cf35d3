// Clocks wander, so nothing is compared but runs that stand side by side, and a ratio is one that three of four of them
// keep.
#include "tools/llmc/tune/Tune.h"
#include "compiler/codegen/target/Targets.h"
#include "compiler/ir/Fingerprint.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/pipeline/ErrorKind.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/Stopwatch.h"
#include "tools/llmc/tune/TuneFile.h"

using namespace mlir;

namespace llmc::tools {
namespace {

double upperQuartileOf(std::vector<double> values) {
  auto place = values.begin() + values.size() * 3 / 4;
  std::nth_element(values.begin(), place, values.end());
  return *place;
}

/// One that is faster by less stays as the model has it: it may be so by chance.
constexpr double kClearlyFaster = 0.97;
constexpr int kLeastRounds = 5;

class Tuner {
public:
  Tuner(const TuneRequest &request, pipeline::Compilation &compilation) : request(request), compilation(compilation) {}

  llvm::Expected<TuneResult> run() {
    gatherKernels();
    auto before = build();
    if (!before)
      return before.takeError();
    if (llvm::Error error = gatherSizes(*before->model))
      return std::move(error);
    // Each candidate has as much time as the judgement of all winners.
    share = request.seconds / double(candidateCount());
    for (size_t number = 1; number < candidateCount(); ++number)
      if (llvm::Error error = tryCandidates(number, *before->model))
        return std::move(error);
    return judgeWinners(*before->model);
  }

private:
  /// A library of the kernels as they are scheduled now, open.
  struct Built {
    codegen::LibraryFile library;
    std::unique_ptr<LoadedModel> model;
  };

  void gatherKernels() {
    const codegen::Target &target = *codegen::targets().front();
    size_t number = 0;
    for (func::FuncOp function : compilation.functions()) {
      ir::DimAnalysis dims(function);
      function.walk([&](ir::KernelOp kernel) {
        size_t own = number++;
        std::vector<ir::ScheduleAttr> schedules = target.schedules(kernel, dims, compilation.levels().back());
        if (schedules.empty())
          return;
        TunedKernel &tuned = kernels[ir::fingerprintOf(kernel, dims)];
        tuned.candidates.resize(schedules.size());
        for (auto [candidate, schedule] : llvm::zip(tuned.candidates, schedules))
          candidate.schedule = schedule;
        tuned.operations.push_back(kernel);
        tuned.numbers.push_back(own);
      });
    }
  }

  size_t candidateCount() const {
    size_t count = 1;
    for (const auto &[fingerprint, kernel] : kernels)
      count = std::max(count, kernel.candidates.size());
    return count;
  }

  /// Each kernel takes this one of its candidates, or the model's.
  void schedule(llvm::function_ref<size_t(const TunedKernel &)> choice) {
    for (auto &[fingerprint, kernel] : kernels) {
      size_t number = choice(kernel);
      Attribute chosen = kernel.candidates[number < kernel.candidates.size() ? number : 0].schedule;
      for (ir::KernelOp operation : kernel.operations)
        operation.setSchedulesAttr(ArrayAttr::get(operation.getContext(), chosen));
    }
  }

  llvm::Expected<Built> build() {
    auto made = compilation.makeLibrary();
    if (!made)
      return made.takeError();
    auto model = LoadedModel::open(made->library.path(), request.threads);
    if (!model)
      return model.takeError();
    return Built{std::move(made->library), std::move(*model)};
  }

  /// Inputs for the code for all sizes, and for that of each variant.
  llvm::Error gatherSizes(const LoadedModel &model) {
    for (const codegen::VariantFacts &variant : model.variants()) {
      InputRequest wanted = request.inputs;
      wanted.random = true;
      wanted.usualSize = 128; // what schedules are chosen for
      pipeline::DimChoice own = pipeline::dimsOfVariant(variant.dims);
      llvm::erase_if(wanted.dims, [&](llvm::StringRef dim) { return own.contains(dim.split('=').first); });
      llvm::append_range(wanted.dims, pipeline::dimTexts(own));
      auto inputs = gatherInputs(model.inputs(), model.sizes(), wanted);
      if (!inputs)
        return inputs.takeError();
      inputSets.push_back(std::move(*inputs));
    }
    return llvm::Error::success();
  }

  llvm::Error tryCandidates(size_t number, LoadedModel &before) {
    schedule([&](const TunedKernel &) { return number; });
    auto with = build();
    if (!with)
      return with.takeError();
    std::vector<std::vector<double>> ratios(before.info().kernel_count);
    if (llvm::Error error = compare(before, *with->model, [&](llvm::ArrayRef<double> was, llvm::ArrayRef<double> is) {
          for (size_t i = 0; i < was.size(); ++i)
            if (was[i] > 0 && is[i] > 0)
              ratios[i].push_back(is[i] / was[i]);
        }))
      return error;
    for (auto &[fingerprint, kernel] : kernels) {
      std::vector<double> ofAll;
      for (size_t i : kernel.numbers)
        llvm::append_range(ofAll, ratios[i]);
      if (number < kernel.candidates.size() && !ofAll.empty())
        kernel.candidates[number].ratio = upperQuartileOf(std::move(ofAll));
    }
    return llvm::Error::success();
  }

  /// Runs both in turn on all inputs for a share of the time.
  llvm::Error compare(LoadedModel &before, LoadedModel &with,
                      llvm::function_ref<void(llvm::ArrayRef<double>, llvm::ArrayRef<double>)> see) {
    for (const std::vector<HostTensor> &inputs : inputSets) {
      for (LoadedModel *model : {&before, &with})
        if (llvm::Error error = warmUp(*model, inputs))
          return error;
      auto start = Clock::now();
      for (int round = 0; round < kLeastRounds || secondsSince(start) < share / double(inputSets.size()); ++round) {
        if (request.compile.cancelled())
          return llvm::make_error<pipeline::CancelledError>();
        bool swapped = round % 2; // whoever comes second finds other caches
        auto first = (swapped ? with : before).profiledRun(), second = (swapped ? before : with).profiledRun();
        if (!first || !second)
          return llvm::joinErrors(first.takeError(), second.takeError());
        see(swapped ? *second : *first, swapped ? *first : *second);
      }
    }
    return llvm::Error::success();
  }

  static llvm::Error warmUp(LoadedModel &model, llvm::ArrayRef<HostTensor> inputs) {
    if (llvm::Error error = model.bind(inputs))
      return error;
    return model.profiledRun().takeError();
  }

  /// The fastest of each kernel; of none where a run with all of them is not faster.
  llvm::Expected<TuneResult> judgeWinners(LoadedModel &before) {
    TuneResult result;
    result.kernels = kernels.size();
    for (auto &[fingerprint, kernel] : kernels) {
      auto fastest = llvm::min_element(kernel.candidates, [](auto &a, auto &b) { return a.ratio < b.ratio; });
      kernel.chosen = fastest->ratio < kClearlyFaster ? static_cast<size_t>(fastest - kernel.candidates.begin()) : 0;
      result.changed += kernel.chosen != 0;
    }
    if (result.changed) {
      schedule([](const TunedKernel &kernel) { return kernel.chosen; });
      auto with = build();
      if (!with)
        return with.takeError();
      std::vector<double> ratios;
      auto sum = [](llvm::ArrayRef<double> seconds) { return std::accumulate(seconds.begin(), seconds.end(), 0.0); };
      if (llvm::Error error = compare(before, *with->model, [&](llvm::ArrayRef<double> was, llvm::ArrayRef<double> is) {
            ratios.push_back(sum(is) / sum(was));
          }))
        return std::move(error);
      result.ratio = upperQuartileOf(std::move(ratios));
    }
    if (result.ratio >= 1) {
      result.changed = 0;
      result.ratio = 1;
      for (auto &[fingerprint, kernel] : kernels)
        kernel.chosen = 0;
    }
    result.schedules = tuneFile(kernels);
    return result;
  }

  const TuneRequest &request;
  pipeline::Compilation &compilation;
  TunedKernels kernels;
  std::vector<std::vector<HostTensor>> inputSets;
  double share = 0;
};

} // namespace

llvm::Expected<TuneResult> tune(const TuneRequest &request) {
  auto compilation = pipeline::Compilation::load(request.model, request.compile);
  if (!compilation)
    return compilation.takeError();
  if (!(*compilation)->function())
    return llvm::createStringError(request.model + " holds no function");
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  return Tuner(request, **compilation).run();
}

} // namespace llmc::tools
