#include "compiler/evaluation/SwitchedModel.h"
#include "llmc/dtype.h"
#include "llvm/ADT/STLExtras.h"
#include <cmath>
#include <numeric>

namespace llmc::evaluation {
namespace {

/// How many runs of all data it may take to find what each choice costs; pieces are left out where there are more.
constexpr size_t kRunsForCosts = 4;
/// Of dim symbols that no input tells.
constexpr int64_t kUsualSize = 128;

/// The last input of the model, as a tensor.
class ChoiceTensor {
public:
  explicit ChoiceTensor(const Choices &choices)
      : bytes(choices.begin(), choices.end()), count(static_cast<int64_t>(bytes.size())),
        tensor({sizeof(llmc_tensor), LLMC_DTYPE_BOOL, 1, &count, bytes.data(), bytes.size(), 0}) {}
  ChoiceTensor(const ChoiceTensor &) = delete;

  /// A model without choices has no such input.
  llvm::ArrayRef<llmc_tensor> values() const {
    return bytes.empty() ? llvm::ArrayRef<llmc_tensor>() : llvm::ArrayRef<llmc_tensor>(tensor);
  }

private:
  std::vector<char> bytes;
  int64_t count;
  llmc_tensor tensor;
};

} // namespace

llvm::Expected<std::unique_ptr<SwitchedModel>> SwitchedModel::open(execution::Load load,
                                                                   const pipeline::CompileOptions &options,
                                                                   Baseline &baseline,
                                                                   llvm::ArrayRef<ir::Measurements> measured) {
  pipeline::CompileOptions here = execution::optionsToRunHere(options);
  here.switches = true;
  auto compilation = load(here);
  if (!compilation)
    return compilation.takeError();
  ir::addMeasurements((*compilation)->module(), (*compilation)->weights(), measured);
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return std::move(error);
  std::vector<ir::Switch> switches = ir::switchesOf((*compilation)->function());
  auto model = execution::openHere(std::move(*compilation), options.threads);
  if (!model)
    return model.takeError();
  std::unique_ptr<SwitchedModel> result(new SwitchedModel(baseline, std::move(*model)));
  result->list = std::move(switches);
  result->saved = result->savings(baseline.judge().sizes());
  result->onProgress = options.onProgress;
  return result;
}

std::vector<double> SwitchedModel::savings(const llvm::StringMap<int64_t> &sizes) const {
  std::vector<double> numbers;
  for (const ir::Switch &each : list) {
    auto flops = each.flops.evaluate([&](llvm::StringRef symbol) -> std::optional<int64_t> {
      auto known = sizes.find(symbol);
      return known == sizes.end() ? kUsualSize : known->second;
    });
    numbers.push_back(1 + double(flops.value_or(0)) + double(each.numbers));
  }
  double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
  for (double &each : numbers)
    each /= sum;
  return numbers;
}

double SwitchedModel::savedBy(const Choices &choices) const {
  double sum = 0;
  for (auto [isNarrow, share] : llvm::zip_equal(choices, saved))
    sum += isNarrow ? share : 0;
  return sum;
}

llvm::Expected<std::vector<Agreement>> SwitchedModel::judgeBy(Judge &judge, const Choices &choices, size_t step) {
  auto agreements = judge.judge(*model, ChoiceTensor(choices).values(), step);
  runs += 1 / double(step);
  onProgress(pipeline::Phase::Calibration, runs / (runs + double(kRunsForCosts)));
  return agreements;
}

llvm::Expected<std::vector<Agreement>> SwitchedModel::judge(const Choices &choices, size_t step) {
  return judgeBy(baseline.judge(), choices, step);
}

llvm::Expected<const SwitchedModel::AgreementsByChoice *> SwitchedModel::alone() {
  if (!single.empty() || list.empty())
    return &single;
  ChoiceTensor floats(all(false));
  auto judge = baseline.judgeBy(*model, floats.values());
  if (!judge)
    return judge.takeError();
  size_t affordable = std::max<size_t>(judge->pieceCount() * kRunsForCosts / list.size(), 1);
  size_t step = std::max<size_t>(judge->pieceCount() / affordable, 1);
  AgreementsByChoice found;
  for (size_t i = 0; i < list.size(); ++i) {
    Choices choices = all(false);
    choices[i] = true;
    auto agreements = judgeBy(*judge, choices, step);
    if (!agreements)
      return agreements.takeError();
    found.push_back(std::move(*agreements));
  }
  single = std::move(found);
  return &single;
}

/// What a choice costs is noise: that of several adds up, whatever the metric.
static double noiseOf(llvm::ArrayRef<Agreement> agreements) {
  double error = worstOf(agreements, Metric::Error).value_or(0);
  return std::isnan(error) ? HUGE_VAL : error * error;
}

llvm::Expected<std::vector<size_t>> SwitchedModel::dearestFirst() {
  auto agreements = alone();
  if (!agreements)
    return agreements.takeError();
  std::vector<double> price;
  for (auto [each, share] : llvm::zip_equal(**agreements, saved))
    price.push_back(noiseOf(each) / share);
  std::vector<size_t> order(list.size());
  std::iota(order.begin(), order.end(), 0);
  llvm::sort(order, [&](size_t a, size_t b) { return std::pair(-price[a], a) < std::pair(-price[b], b); });
  return order;
}

} // namespace llmc::evaluation
