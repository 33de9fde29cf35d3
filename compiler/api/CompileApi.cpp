// The C functions: read the options, drive a Compilation, turn errors into statuses and messages.
#include "compiler/api/ForkGuard.h"
#include "compiler/api/ReferenceRun.h"
#include "compiler/api/RequestedOptions.h"
#include "compiler/api/SizedStructs.h"
#include "compiler/calibration/Calibrate.h"
#include "compiler/evaluation/Mixture.h"
#include "compiler/pipeline/CompileFacts.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/reference/KnownResults.h"
#include "compiler/support/FatalErrors.h"
#include "compiler/support/UsageError.h"
#include "compiler/support/Version.h"
#include "mlir/Pass/PassManager.h"
#include <new>

using llmc::pipeline::Compilation;
using llmc::pipeline::Stage;

struct llmc_compile_result {
  std::unique_ptr<Compilation> compilation; // types of the reference's tensors live in its context
  std::unique_ptr<llmc::api::ReferenceRun> reference;
  std::string facts;
  llvm::SmallVector<char, 0> code;
};

namespace llmc::api {
namespace {

using execution::Load;

/// A pass changes the results.
class DriftError : public llvm::ErrorInfo<DriftError, llvm::StringError> {
public:
  static inline char ID = 0;
  explicit DriftError(const std::string &text)
      : llvm::ErrorInfo<DriftError, llvm::StringError>(text, llvm::inconvertibleErrorCode()) {}
};

void tell(const llmc_compile_options &options, int32_t severity, const char *text) {
  llmc_diagnostic diagnostic = {sizeof(llmc_diagnostic), severity, text};
  if (options.diagnose)
    options.diagnose(options.user, &diagnostic);
}

/// One call of the API.
class Call {
public:
  explicit Call(const llmc_compile_options &options) : options(options), result(new llmc_compile_result) {}

  llvm::Expected<std::unique_ptr<llmc_compile_result>> run(Load load, const char *output) {
    auto stage = stageOf(options);
    if (!stage)
      return stage.takeError();
    if (*stage == Stage::Artefact && (!output || !*output))
      return usageError("no folder for the artefact is given");
    auto asked = reporterOf(options, *stage, output ? output : "");
    if (!asked)
      return asked.takeError();
    reporter = std::move(*asked);
    if (llvm::Error error = begin(load, *stage))
      return std::move(error);
    size_t operations = compilation().operationCount();
    if (*stage != Stage::Import)
      if (llvm::Error error = runPasses(*stage == Stage::Ir ? Stage::Ir : Stage::Kernels))
        return std::move(error);
    if (reporter)
      if (llvm::Error error = reporter->describe(compilation()))
        return std::move(error);
    if (llvm::Error error = *stage == Stage::Artefact ? writeArtefact(output, operations) : emit(*stage))
      return std::move(error);
    return std::move(result);
  }

private:
  Compilation &compilation() { return *result->compilation; }

  llvm::Error begin(Load load, Stage stage) {
    auto compileOptions = toCompileOptions(options, stage);
    if (!compileOptions)
      return compileOptions.takeError();
    auto budget = budgetOf(options); // what it says wrong shows before anything is measured
    if (!budget)
      return budget.takeError();
    if (reporter || *budget) // the model is compiled several times
      compileOptions->known = std::make_shared<reference::KnownResults>();
    auto measured = measure(load, *compileOptions);
    if (!measured)
      return measured.takeError();
    if (llvm::Error error = runHere(load, *compileOptions, *budget, *measured))
      return error;
    if (reporter)
      reporter->watch(*compileOptions);
    compileOptions->onPassManager = [this](mlir::PassManager &pm) {
      if (options.verify_numerics)
        result->reference->verifier().attach(pm);
    };
    auto loaded = load(*compileOptions);
    if (!loaded)
      return loaded.takeError();
    result->compilation = std::move(*loaded);
    if (!compilation().function())
      return llvm::createStringError("the model holds no function");
    ir::addMeasurements(compilation().module(), compilation().weights(), *measured);
    if (!options.inputs && !options.verify_numerics)
      return llvm::Error::success();
    auto inputs = inputsOf(options);
    if (!inputs)
      return inputs.takeError();
    auto reference = ReferenceRun::create(compilation(), *inputs);
    if (!reference)
      return reference.takeError();
    result->reference = std::move(*reference);
    if (const std::string &overflow = result->reference->verifier().overflow(); !overflow.empty())
      tell(options, LLMC_DIAGNOSTIC_WARNING, overflow.c_str());
    return llvm::Error::success();
  }

  using AllMeasurements = std::vector<ir::Measurements>;
  llvm::Expected<AllMeasurements> measure(Load load, const pipeline::CompileOptions &compileOptions) {
    if (!options.calibration && !options.calibration_count)
      return AllMeasurements();
    auto inputs = calibrationOf(options);
    if (!inputs)
      return inputs.takeError();
    bool isJudgedBy = options.accuracy_budget || options.report;
    bool isForReport = options.report && !options.accuracy_budget;
    if (isForReport && compileOptions.quantization.empty() && compileOptions.pruning.empty())
      return AllMeasurements();
    pipeline::CompileOptions own = execution::partOfCalibration(compileOptions, 0, isJudgedBy ? 2 : 1);
    auto measured = calibration::calibrate(load, own, *inputs);
    if (measured && measured->empty() && !isJudgedBy)
      return usageError(
          "calibration data are for weights of 8 and 4 bits, for pruning, for an accuracy budget, or for a "
          "report, and nothing asks for those; try: --quantize int8-static with them");
    return measured;
  }

  /// What other compilations of the model tell that run on the data: rules for what has to stay floats join those that
  /// were given, and the report hears of errors and times.
  llvm::Error runHere(Load load, pipeline::CompileOptions &compileOptions,
                      const std::optional<evaluation::Budget> &budget, const AllMeasurements &measured) {
    report::Opened opened;
    auto inputs = samples(opened.samples.option);
    if (!inputs)
      return inputs.takeError();
    pipeline::CompileOptions own = execution::partOfCalibration(compileOptions, 1, 2);
    std::unique_ptr<evaluation::Baseline> baseline;
    std::unique_ptr<evaluation::SwitchedModel> switched;
    if (budget || (reporter && !opened.samples.option.empty())) {
      evaluation::Samples data = {*inputs, "the " + opened.samples.option + " data", maskName()};
      if (llvm::Error error = evaluation::Baseline::open(load, own, data).moveInto(baseline))
        return error;
      if (!own.quantization.empty())
        if (llvm::Error error = evaluation::SwitchedModel::open(load, own, *baseline, measured).moveInto(switched))
          return error;
    }
    if (budget && !switched)
      return usageError(
          "an accuracy budget says how much may become narrow, and nothing asks for that; try: --quantize "
          "int8 with it");
    if (budget) {
      auto found = evaluation::findMixture(*switched, own, *budget);
      if (!found)
        return found.takeError();
      own.quantization = compileOptions.quantization = found->rules;
      tellAccuracy(*budget, *found);
      opened.mixture = std::move(*found);
    }
    if (!reporter)
      return llvm::Error::success();
    opened.budget = budget;
    opened.baseline = baseline.get();
    opened.switched = switched.get();
    opened.samples.mask = maskName();
    for (const GivenInput &input : *inputs)
      opened.samples.inputs.push_back({input.name, {input.tensor.dims, input.tensor.dims + input.tensor.rank}});
    return reporter->study(load, own, measured, opened);
  }

  std::string maskName() const { return options.accuracy_mask ? options.accuracy_mask : ""; }

  /// What models run on, and the option that gave it; empty: there is nothing.
  llvm::Expected<std::vector<GivenInput>> samples(std::string &option) {
    option = options.calibration || options.calibration_count ? "calibration" : options.inputs ? "inputs" : "";
    return option == "calibration" ? calibrationOf(options) : inputsOf(options);
  }

  void tellAccuracy(const evaluation::Budget &budget, const evaluation::Mixture &found) {
    accuracy = llvm::json::Object{{"metric", evaluation::infoOf(budget.metric).name},
                                  {"budget", budget.text()},
                                  {"reached", found.reached},
                                  {"choices", static_cast<int64_t>(found.choices)},
                                  {"floats", llvm::json::Array(found.floats)}};
  }

  llvm::Error runPasses(Stage last) {
    llvm::Error error = compilation().runPasses(last);
    if (error || !options.verify_numerics || !result->reference->verifier().drift())
      return error;
    return llvm::make_error<DriftError>(result->reference->verifier().drift()->text());
  }

  llvm::Error emit(Stage stage) {
    if (stage == Stage::Llvm || stage == Stage::Assembly || stage == Stage::Object) {
      auto code = compilation().emitCode(stage);
      if (!code)
        return code.takeError();
      result->code = std::move(*code);
      return llvm::Error::success();
    }
    llvm::raw_svector_ostream stream(result->code);
    compilation().module()->print(stream);
    return llvm::Error::success();
  }

  llvm::Error writeArtefact(const char *output, size_t operations) {
    auto written = compilation().writeArtefact(output);
    if (!written)
      return written.takeError();
    if (reporter)
      if (llvm::Error error = reporter->write(*written))
        return error;
    llvm::json::Object told = pipeline::compileFacts(compilation(), written->facts, operations);
    if (accuracy)
      told["accuracy"] = std::move(*accuracy);
    llvm::raw_string_ostream(result->facts) << llvm::json::Value(std::move(told));
    return llvm::Error::success();
  }

  const llmc_compile_options &options;
  std::unique_ptr<llmc_compile_result> result;
  std::optional<llvm::json::Object> accuracy; // of what an accuracy budget left narrow
  std::optional<report::Reporter> reporter;
};

llmc_compile_status statusOf(pipeline::ErrorKind kind) {
  switch (kind) {
  case pipeline::ErrorKind::Broken:
    return LLMC_COMPILE_BROKEN;
  case pipeline::ErrorKind::Usage:
    return LLMC_COMPILE_USAGE;
  case pipeline::ErrorKind::Refused:
    return LLMC_COMPILE_REFUSED;
  case pipeline::ErrorKind::Cancelled:
    return LLMC_COMPILE_CANCELLED;
  }
  llvm_unreachable("all kinds are listed");
}

llmc_compile_status report(llvm::Error error, const llmc_compile_options &options) {
  bool drift = error.isA<DriftError>();
  auto [kind, message] = pipeline::describeError(std::move(error));
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(message).split(lines, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  int32_t severity = LLMC_DIAGNOSTIC_ERROR;
  for (llvm::StringRef line : lines) {
    tell(options, severity, line.trim().str().c_str());
    severity = LLMC_DIAGNOSTIC_NOTE;
  }
  return drift ? LLMC_COMPILE_DIFFERS : statusOf(kind);
}

/// What `work` throws becomes a status.
template <typename Work> llmc_compile_status guarded(const llmc_compile_options &options, Work work) {
  CompilationRuns running;
  ThrowFatalErrors here;
  try {
    return work();
  } catch (const std::bad_alloc &) {
    tell(options, LLMC_DIAGNOSTIC_ERROR, "memory ran out; try: more memory, or a larger limit (ulimit -v)");
    return LLMC_COMPILE_NO_MEMORY;
  } catch (const std::exception &error) {
    std::string text = std::string("the compiler failed: ") + error.what() + "; try: report it with the model";
    tell(options, LLMC_DIAGNOSTIC_ERROR, text.c_str());
    return LLMC_COMPILE_BROKEN;
  }
}

llmc_compile_status compile(Load load, const char *output, const llmc_compile_options *given,
                            llmc_compile_result **result) noexcept try {
  if (result)
    *result = nullptr;
  auto options = readOptions(given);
  if (!options) // a caller whose options can't be read has no hook that could be called
    return report(options.takeError(), llmc_compile_options{});
  return guarded(*options, [&]() -> llmc_compile_status {
    if (forkedWhileCompiling())
      return report(usageError("this process was forked while another thread compiled, and can't compile; try: fork "
                               "when no compilation runs, or start a process of its own (\"spawn\")"),
                    *options);
    auto made = Call(*options).run(load, output);
    if (!made)
      return report(made.takeError(), *options);
    if (result)
      *result = made->release();
    return LLMC_COMPILE_OK;
  });
} catch (...) { // no memory even for the hooks
  return LLMC_COMPILE_NO_MEMORY;
}

} // namespace
} // namespace llmc::api

llmc_compile_status llmc_compile_file(const char *model_path, const char *output, const llmc_compile_options *options,
                                      llmc_compile_result **result) {
  return llmc::api::compile(
      [&](const llmc::pipeline::CompileOptions &compileOptions) {
        return Compilation::load(model_path ? model_path : "", compileOptions);
      },
      output, options, result);
}

llmc_compile_status llmc_compile_memory(const void *model, size_t bytes, const char *model_folder, const char *output,
                                        const llmc_compile_options *options, llmc_compile_result **result) {
  return llmc::api::compile(
      [&](const llmc::pipeline::CompileOptions &compileOptions) -> llvm::Expected<std::unique_ptr<Compilation>> {
        if (!model || compileOptions.name.empty())
          return llmc::usageError("a model in memory needs its bytes and options.name");
        return Compilation::loadFromMemory({static_cast<const uint8_t *>(model), bytes},
                                           model_folder ? model_folder : "", compileOptions);
      },
      output, options, result);
}

const char *llmc_compile_result_facts(const llmc_compile_result *result) {
  return result && !result->facts.empty() ? result->facts.c_str() : nullptr;
}

const void *llmc_compile_result_code(const llmc_compile_result *result, size_t *bytes) {
  if (bytes)
    *bytes = result ? result->code.size() : 0;
  return result ? result->code.data() : nullptr;
}

llmc_status llmc_compile_result_expected(const llmc_compile_result *result, uint32_t index,
                                         llmc_expected_output *output) {
  if (!result || !output || !result->reference || index >= result->reference->outputCount())
    return LLMC_ERROR_INVALID_ARGUMENT;
  return llmc::api::writeSized(result->reference->output(index), *output) ? LLMC_OK : LLMC_ERROR_INVALID_ARGUMENT;
}

void llmc_compile_result_free(llmc_compile_result *result) { delete result; }

const char *llmc_compiler_version(void) { return LLMC_VERSION_TEXT; }
