// Nothing that comes from outside is believed: sizes, counts and texts are checked here.
#include "compiler/api/RequestedOptions.h"
#include "compiler/api/SizedStructs.h"
#include "compiler/pipeline/DimChoice.h"
#include "compiler/pipeline/Precision.h"
#include "llvm/ADT/StringSwitch.h"
#include <mutex>

namespace llmc::api {

llvm::Expected<llmc_compile_options> readOptions(const llmc_compile_options *options) {
  if (options)
    return readSized(*options, "llmc_compile_options");
  llmc_compile_options defaults = {};
  defaults.size = sizeof(defaults);
  return defaults;
}

static llvm::Expected<std::vector<GivenInput>> readInputs(const llmc_compile_input *inputs, uint32_t count,
                                                          llvm::StringRef name) {
  std::vector<GivenInput> given;
  auto *place = reinterpret_cast<const char *>(inputs);
  if (count && !place)
    return usageError("llmc_compile_options." + name + " is null, but its count is " + llvm::Twine(count));
  for (uint32_t i = 0; i < count; ++i, place += inputs->size) {
    auto input = readSized(*reinterpret_cast<const llmc_compile_input *>(place), "llmc_compile_input");
    if (!input)
      return input.takeError();
    if (!input->name || !input->tensor)
      return usageError("llmc_compile_input has no name or no tensor");
    auto tensor = readSized(*input->tensor, "llmc_tensor");
    if (!tensor)
      return tensor.takeError();
    given.push_back({input->name, *tensor});
  }
  return given;
}

llvm::Expected<std::vector<GivenInput>> inputsOf(const llmc_compile_options &options) {
  return readInputs(options.inputs, options.input_count, "inputs");
}

llvm::Expected<std::vector<GivenInput>> calibrationOf(const llmc_compile_options &options) {
  return readInputs(options.calibration, options.calibration_count, "calibration");
}

llvm::Expected<std::optional<evaluation::Budget>> budgetOf(const llmc_compile_options &options) {
  if (!options.accuracy_budget) {
    if (options.accuracy_mask && !options.report)
      return usageError("a mask is for an accuracy budget or a report; try: --accuracy-budget 'cosine>=0.995' with it");
    return std::nullopt;
  }
  if (!options.calibration && !options.calibration_count)
    return usageError("an accuracy budget needs data that it is judged by; try: --calibration FILE.npz with it");
  auto budget = evaluation::Budget::parse(options.accuracy_budget);
  if (!budget)
    return budget.takeError();
  return *budget;
}

/// Those that say what becomes of a model, as they were given.
static std::vector<report::Option> givenOptions(const llmc_compile_options &options) {
  std::vector<report::Option> given;
  auto add = [&](const char *name, const char *value) {
    if (value)
      given.push_back({name, value});
  };
  add("precision", options.precision);
  add("quantize", options.quantize);
  add("prune", options.prune);
  add("accuracy_budget", options.accuracy_budget);
  add("accuracy_mask", options.accuracy_mask);
  add("cpu", options.cpu);
  add("target_triple", options.target_triple);
  for (uint32_t i = 0; i < options.dim_count; ++i)
    add("dim", options.dims[i]);
  if (options.pipeline && llvm::StringRef(options.pipeline) != "default")
    add("pipeline", options.pipeline);
  add("decisions", options.decisions);
  return given;
}

llvm::Expected<std::optional<report::Reporter>> reporterOf(const llmc_compile_options &options, pipeline::Stage stage,
                                                           llvm::StringRef output) {
  if (!options.report)
    return std::nullopt;
  if (stage != pipeline::Stage::Artefact)
    return usageError("a report is of an artefact, and a stage makes none; try: without the stage");
  auto file = report::ReportFile::at(options.report, output);
  if (!file)
    return file.takeError();
  return report::Reporter(std::move(*file), givenOptions(options));
}

template <typename Item>
static llvm::Expected<llvm::ArrayRef<Item>> listOf(const Item *items, uint32_t count, llvm::StringRef name) {
  if (count && !items)
    return usageError("llmc_compile_options." + name + " is null, but its count is " + llvm::Twine(count));
  return llvm::ArrayRef<Item>(items, count);
}

/// The last phase up to a stage.
static uint32_t lastPhase(pipeline::Stage stage) {
  using pipeline::Phase;
  switch (stage) {
  case pipeline::Stage::Import:
    return static_cast<uint32_t>(Phase::Import);
  case pipeline::Stage::Ir:
  case pipeline::Stage::Kernels:
    return static_cast<uint32_t>(Phase::Passes);
  case pipeline::Stage::Llvm:
  case pipeline::Stage::Assembly:
  case pipeline::Stage::Object:
    return static_cast<uint32_t>(Phase::Code);
  case pipeline::Stage::Artefact:
    return static_cast<uint32_t>(Phase::Link);
  }
  llvm_unreachable("all stages are listed");
}

/// Rules that commas separate; null: none.
static std::vector<std::string> rulesIn(const char *text) {
  llvm::SmallVector<llvm::StringRef> rules;
  if (text)
    llvm::StringRef(text).split(rules, ',');
  return {rules.begin(), rules.end()};
}

llvm::Expected<pipeline::CompileOptions> toCompileOptions(const llmc_compile_options &options, pipeline::Stage stage) {
  pipeline::CompileOptions result;
  auto dims = listOf(options.dims, options.dim_count, "dims");
  if (!dims)
    return dims.takeError();
  for (const char *dim : *dims)
    if (llvm::Error error = pipeline::parseDim(dim ? dim : "", result.import.dims, result.dimSizes))
      return std::move(error);
  auto plugins = listOf(options.plugins, options.plugin_count, "plugins");
  if (!plugins)
    return plugins.takeError();
  for (const char *plugin : *plugins)
    result.plugins.push_back(plugin ? plugin : "");
  result.name = options.name ? options.name : "";
  if (options.cpu) {
    llvm::SmallVector<llvm::StringRef> levels;
    llvm::StringRef(options.cpu).split(levels, ',');
    result.cpuLevels.assign(levels.begin(), levels.end());
  }
  result.triple = options.target_triple ? options.target_triple : "";
  constexpr uint32_t knownForms = LLMC_FORM_SO | LLMC_FORM_A | LLMC_FORM_HEADER;
  if (options.forms & ~knownForms)
    return usageError("llmc_compile_options.forms has unknown bits; try: a sum of LLMC_FORM_...");
  if (options.forms)
    result.forms = {(options.forms & LLMC_FORM_SO) != 0, (options.forms & LLMC_FORM_A) != 0,
                    (options.forms & LLMC_FORM_HEADER) != 0};
  if (options.weights < 0 || options.weights > LLMC_WEIGHTS_FILE)
    return usageError("llmc_compile_options.weights is unknown; try: 0, or one of LLMC_WEIGHTS_...");
  result.embedWeights = options.weights != LLMC_WEIGHTS_FILE;
  result.debugLines = options.debug_lines != 0;
  result.decisions = options.decisions ? options.decisions : "";
  result.maxMemory = options.max_memory;
  auto quantization = pipeline::quantizationRules(options.precision ? options.precision : "f32",
                                                  options.accuracy_budget != nullptr, rulesIn(options.quantize));
  if (!quantization)
    return quantization.takeError();
  result.quantization = std::move(*quantization);
  result.pruning = rulesIn(options.prune);
  if (options.pipeline)
    result.pipeline = options.pipeline;
  result.threads = options.threads;
  if (options.progress) {
    auto mutex = std::make_shared<std::mutex>(); // one at a time, whichever thread asks
    auto stopped = std::make_shared<bool>(false);
    auto ask = [=](const llmc_compile_progress *progress) {
      std::lock_guard<std::mutex> lock(*mutex);
      return *stopped |= options.progress(options.user, progress) != 0;
    };
    bool runsFirst = options.calibration || (options.report && options.inputs);
    uint32_t shift = runsFirst ? 1 : 0, count = lastPhase(stage) + shift; // one phase only some have
    result.onProgress = [ask, count, shift](pipeline::Phase phase, double share) {
      llmc_compile_progress progress = {sizeof(progress), pipeline::nameOf(phase), static_cast<uint32_t>(phase) + shift,
                                        count, share};
      ask(&progress);
    };
    result.cancelled = [ask] { return ask(nullptr); };
  }
  return result;
}

llvm::Expected<pipeline::Stage> stageOf(const llmc_compile_options &options) {
  using pipeline::Stage;
  if (!options.stage)
    return Stage::Artefact;
  auto stage = llvm::StringSwitch<std::optional<Stage>>(options.stage)
                   .Case("import", Stage::Import)
                   .Case("ir", Stage::Ir)
                   .Case("kernels", Stage::Kernels)
                   .Case("llvm", Stage::Llvm)
                   .Case("asm", Stage::Assembly)
                   .Case("obj", Stage::Object)
                   .Default(std::nullopt);
  if (!stage)
    return usageError(llvm::Twine("there is no stage \"") + options.stage +
                      "\"; try: import, ir, kernels, llvm, asm, obj, or forms of the artefact: so, a, h");
  return *stage;
}

} // namespace llmc::api
