// llmc compile: from a model to an artefact, through the C API that applications use too.
#include "compiler/api/llmc-compiler.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/DimChoice.h"
#include "compiler/pipeline/Precision.h"
#include "compiler/report/ReportFile.h"
#include "compiler/support/FileError.h"
#include "compiler/support/UsageError.h"
#include "tools/llmc/ApiTensors.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/CompileSummary.h"
#include "tools/llmc/DependencyFile.h"
#include "tools/llmc/FoundArtefact.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/Progress.h"
#include "tools/llmc/compare/ReferenceTensors.h"
#include "tools/llmc/inspect/PrintDecisions.h"
#include "tools/llmc/inspect/PrintReport.h"
#include "tools/llmc/tensors/CompareTensors.h"
#include "tools/llmc/tune/Tune.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/WithColor.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("compile", "compile a model to a shared library with its weights");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx"), cl::Optional, cl::sub(options));
cl::opt<std::string> output("o", cl::desc("folder of the artefact, or the file of --emit (default: standard output)"),
                            cl::value_desc("DIR"), cl::sub(options));
cl::opt<std::string> modelName("name", cl::desc("name of the artefact (default: that of the model's file or folder)"),
                               cl::sub(options));
cl::opt<std::string> target("target", cl::desc("what to generate code for: cpu (default)"), cl::init("cpu"),
                            cl::value_desc("DEVICE"), cl::sub(options));
cl::list<std::string> levels("cpu",
                             cl::desc("CPU levels to generate code for: all (default), native, x86-64-v3, "
                                      "x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, x86-64-v4-bf16, x86-64-v4-amx; "
                                      "armv8-a, armv8-a-dotprod, armv8-a-bf16"),
                             cl::value_desc("LEVEL,..."), cl::CommaSeparated, cl::sub(options));
cl::opt<std::string> triple("target-triple",
                            cl::desc("machine to generate code for: x86_64-linux-gnu, aarch64-linux-gnu "
                                     "(default: this one)"),
                            cl::value_desc("TRIPLE"), cl::sub(options));
cl::list<std::string> dims(
    "dim",
    cl::desc("fix a dim symbol, or give its range; of several sizes each gets code of its own, beside that for all"),
    cl::value_desc("NAME=VALUE|LO..HI,..."), cl::sub(options));
cl::list<std::string>
    emit("emit",
         cl::desc("forms of the artefact: so (a shared library), a (an archive to link into an "
                  "application), h (typed C entry points for both); default: so,h. Or one stage to stop "
                  "at and write: import, ir, kernels, llvm, asm, obj"),
         cl::value_desc("FORM,...|STAGE"), cl::CommaSeparated, cl::sub(options));
cl::opt<std::string> weightsPlace(
    "weights",
    cl::desc("where the weights go: embed (into NAME.so and NAME.a, default), or file (NAME-DIGEST.weights, "
             "which several libraries can share)"),
    cl::init("embed"), cl::value_desc("embed|file"), cl::sub(options));
cl::opt<bool> debugLines("debug-lines",
                         cl::desc("let profilers and debuggers see which node of the model code comes from: a line of "
                                  "NAME.nodes.txt"),
                         cl::sub(options));
cl::opt<std::string>
    depfile("depfile", cl::desc("write a rule for make and ninja: the manifest, and the files that it was made from"),
            cl::value_desc("FILE"), cl::sub(options));
cl::opt<std::string> pipeline("pipeline", cl::desc("passes to run, in MLIR's textual form"), cl::init("default"),
                              cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));
cl::opt<bool> verifyNumerics("verify-numerics",
                             cl::desc("run the model by the reference after each pass, on --inputs or random ones, and "
                                      "stop with exit code 4 when a pass changes the results"),
                             cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads of the compiler; 0 means all that the process may use"),
                          cl::init(0), cl::sub(options));
cl::opt<std::string> decisions("decisions",
                               cl::desc("take the schedules of kernels from a file: the manifest.json of an earlier "
                                        "compilation, which may have been edited"),
                               cl::value_desc("FILE.json"), cl::sub(options));
cl::opt<std::string>
    tuneFile("tune",
             cl::desc("measure which schedules are the fastest here, on --inputs or random ones, write "
                      "them to a file for --decisions, and take them"),
             cl::value_desc("FILE.json"), cl::sub(options));
cl::opt<std::string> maxMemory("max-memory",
                               cl::desc("refuse the model where weights, intermediate results and outputs take more at "
                                        "its largest sizes: 512MB, 2GB, or bytes"),
                               cl::value_desc("SIZE"), cl::sub(options));
cl::opt<std::string> precision("precision",
                               cl::desc("of products of weights that --quantize does not name: f32 (default), bf16, "
                                        "which rounds both sides to 16 bits and sums in 32, fp16, which rounds the "
                                        "weights alone, or auto: bf16 as far as "
                                        "--accuracy-budget allows"),
                               cl::init("f32"), cl::value_desc("TYPE"), cl::sub(options));
cl::list<std::string> quantize(
    "quantize",
    cl::desc("make products of weights products of bf16 (bf16) or bytes (int8, or int8-static by what "
             "--calibration tells), or of bytes and codes of 4 bits (int4), or store the weights in 8 or 4 "
             "bits (int8-weights, int4-weights, nf4-weights, fp8-weights; int4-weights/64-symmetric has blocks of "
             "64 without zeros): for all, or PATTERN=int8 and PATTERN=float for names of nodes, of which the "
             "last that matches counts; caches=int8, fp16 or bf16 and PATTERN:caches=float are for what decoders keep "
             "of the past, by names of inputs"),
    cl::value_desc("RULE,..."), cl::CommaSeparated, cl::sub(options));
cl::opt<std::string>
    calibration("calibration",
                cl::desc("round weights of 8 and 4 bits, and prune, so that results on these inputs change "
                         "least: values as the model meets them when it is used, in an .npz, or a folder with "
                         "input_0.pb ..."),
                cl::value_desc("FILE.npz|DIR"), cl::sub(options));
cl::opt<std::string>
    budget("accuracy-budget",
           cl::desc("keep results of --quantize and --precision near those of floats on the data of --calibration: "
                    "cosine>=0.995, error<=0.5%, or another bound; what costs most accuracy for what it saves "
                    "stays floats"),
           cl::value_desc("METRIC=VALUE"), cl::sub(options));
cl::opt<std::string> accuracyMask("accuracy-mask",
                                  cl::desc("an input, attention_mask for instance: positions of outputs where it is 0 "
                                           "don't count for --accuracy-budget and --report"),
                                  cl::value_desc("INPUT"), cl::sub(options));
cl::opt<std::string> reportFile("report",
                                cl::desc("tell what became of each layer, in a page (.html), in Markdown (.md) or for "
                                         "programs (.json): precision, bytes and, with --calibration, --inputs or "
                                         "--random, on which the model runs here, errors and times"),
                                cl::value_desc("FILE"), cl::sub(options));
cl::list<std::string>
    prune("prune",
          cl::desc("take hidden channels out of feed-forwards, heads out of attention, whole layers, or numbers out of "
                   "weights, those that count least: channels=0.5 takes half of each, heads=0.25, layers=2 or 0.25 of "
                   "them (by --calibration), blocks=0.75 in blocks that kernels leave out, weights=0.5 or 2:4 one by "
                   "one; zeros leaves out blocks that are zero already; PATTERN:channels=0.5, PATTERN:channels=keep "
                   "and PATTERN:layers=drop are for names of nodes, of which the last that matches counts"),
          cl::value_desc("RULE,..."), cl::CommaSeparated, cl::sub(options));
cl::opt<double> tuneSeconds("tune-seconds", cl::desc("how long to measure for --tune (default: 30)"), cl::init(30),
                            cl::sub(options));
cl::opt<bool> explain("explain", cl::desc("tell what was decided about each kernel, and why"), cl::sub(options));
cl::opt<bool> json("json", cl::desc("print the summary as one JSON object"), cl::sub(options));
InputOptions inputOptions(options);

InputRequest calibrationRequest() {
  InputRequest request = {calibration, {}, /*random=*/false, {}};
  request.remedy = "a file for --calibration that holds it";
  return request;
}

/// What was asked for. Copies: linking a model resets LLVM's command line.
struct Request {
  std::string model = input, folder = output, name = modelName, dependencies = depfile, passes = pipeline,
              given = decisions, tuned = tuneFile, targetTriple = triple, cpu = llvm::join(levels, ","),
              accuracy = budget, mask = accuracyMask, reported = reportFile;
  uint32_t forms = 0;
  std::string stage; // empty: the artefact
  std::vector<std::string> dimTexts{dims.begin(), dims.end()}, pluginFiles{plugins.begin(), plugins.end()};
  InputRequest inputs = inputOptions.request(dims), calibrating = calibrationRequest();
  bool calibrates = calibration.getNumOccurrences() != 0, isReported = reportFile.getNumOccurrences() != 0,
       verify = verifyNumerics, asJson = json, explains = explain, weightsInFile = weightsPlace == "file",
       withLines = debugLines;
  unsigned threadCount = threads;
  double secondsToTune = tuneSeconds;
  uint64_t mostMemory = 0;
  std::vector<std::string> quantization{quantize.begin(), quantize.end()}, pruning{prune.begin(), prune.end()};

  llvm::Error readEmit() {
    for (const std::string &word : emit)
      if (uint32_t form = llvm::StringSwitch<uint32_t>(word)
                              .Case("so", LLMC_FORM_SO)
                              .Case("a", LLMC_FORM_A)
                              .Case("h", LLMC_FORM_HEADER)
                              .Default(0))
        forms |= form;
      else
        stage = word;
    if (!stage.empty() && emit.size() != 1)
      return usageError("--emit takes one stage alone, or forms of the artefact; try: --emit=so,a,h");
    return llvm::Error::success();
  }

  llvm::Error readPrecision() {
    auto rules = pipeline::quantizationRules(precision, !accuracy.empty(), std::move(quantization));
    if (!rules)
      return rules.takeError();
    quantization = std::move(*rules);
    return llvm::Error::success();
  }

  llvm::Error readMaxMemory() {
    llvm::StringRef number = maxMemory;
    auto shift =
        llvm::StringSwitch<unsigned>(number.take_back(2)).Case("KB", 10).Case("MB", 20).Case("GB", 30).Default(0);
    if (shift)
      number = number.drop_back(2);
    bool isNumber = !number.getAsInteger(10, mostMemory) && mostMemory && mostMemory <= (UINT64_MAX >> shift);
    mostMemory <<= shift;
    return isNumber || maxMemory.getNumOccurrences() == 0
               ? llvm::Error::success()
               : usageError("--max-memory=" + maxMemory + " is no size; try: --max-memory=512MB");
  }

  bool measures() const { return !inputs.file.empty() || !inputs.single.empty() || inputs.random; }
};

llvm::Error checkWords() {
  if (target != "cpu")
    return usageError("--target " + target + " is not known; try: --target cpu");
  if (weightsPlace != "file" && weightsPlace != "embed")
    return usageError("--weights=" + weightsPlace + " is not known; try: --weights=embed or --weights=file");
  return llvm::Error::success();
}

/// What is measured here says nothing of other machines, and is about the default kernels.
llvm::Error checkTuning() {
  if (tuneFile.empty())
    return refuseGiven({tuneSeconds}, "without --tune", "--tune schedules.json");
  if (!(tuneSeconds > 0 && tuneSeconds <= kMostSeconds))
    return usageError("--tune-seconds takes more than 0 and up to " + std::to_string(kMostSeconds) +
                      "; try: --tune-seconds 30");
  return refuseGiven({triple, pipeline, decisions}, "with --tune", "without --tune");
}

llvm::Error checkCalibration() {
  bool isReported = reportFile.getNumOccurrences() != 0;
  if (budget.empty() && !isReported)
    if (llvm::Error error =
            refuseGiven({accuracyMask}, "without --accuracy-budget or --report", "--accuracy-budget with it"))
      return error;
  if (!quantize.empty() || precision != "f32")
    return llvm::Error::success();
  if (llvm::Error error = refuseGiven({budget}, "without --quantize", "--quantize int8 with it"))
    return error;
  return prune.empty() && !isReported
             ? refuseGiven({calibration}, "without --quantize or --prune", "--quantize int4 with it")
             : llvm::Error::success();
}

/// Options that do nothing where --emit stops.
llvm::Error refuseForStage(const std::string &stage) {
  if (stage.empty())
    return llvm::Error::success();
  std::string place = "with --emit=" + stage;
  if (llvm::Error error = refuseGiven(
          {modelName, weightsPlace, debugLines, depfile, threads, explain, json, tuneFile, maxMemory, reportFile},
          place, "--emit=so,h"))
    return error;
  bool isCode = stage == "llvm" || stage == "asm" || stage == "obj";
  if (!isCode)
    if (llvm::Error error = refuseGiven({levels, triple, decisions}, place, "--emit=llvm"))
      return error;
  if (stage == "import")
    if (llvm::Error error = refuseGiven({pipeline, verifyNumerics, precision, quantize, prune, calibration, budget},
                                        place, "--emit=kernels"))
      return error;
  if (verifyNumerics)
    return llvm::Error::success();
  return refuseGiven({inputOptions.file, inputOptions.single, inputOptions.random}, place, "--verify-numerics with it");
}

/// The signal that ends the compilation in an orderly way; a second one ends the process.
volatile std::sig_atomic_t interrupted = 0;
void interrupt(int signal) {
  interrupted = signal;
  std::signal(signal, SIG_DFL);
}

/// Ctrl-C, kill, and a terminal that is closed; unless whoever started us wants that ignored.
void listenForSignals() {
  for (int signal : {SIGINT, SIGTERM, SIGHUP})
    if (std::signal(signal, interrupt) == SIG_IGN)
      std::signal(signal, SIG_IGN);
}

/// Most codes are the same, by design.
int exitCodeOf(llmc_compile_status status) {
  if (status == LLMC_COMPILE_CANCELLED)
    return interrupted ? Signalled + interrupted : Interrupted;
  return status == LLMC_COMPILE_NO_MEMORY ? BrokenFile : static_cast<int>(status);
}

/// Those that are symbols still, since they are not fixed.
std::vector<std::string> symbolDims(const pipeline::DimChoice &dims) {
  std::vector<std::string> texts = pipeline::dimTexts(dims);
  llvm::erase_if(texts, [](llvm::StringRef dim) { return !dim.contains(".."); });
  return texts;
}

/// One call of the compiler's C API.
class Compile {
public:
  explicit Compile(const Request &request) : request(request) {}
  ~Compile() { llmc_compile_result_free(result); }

  int run() {
    if (llvm::Error error = gatherTensors())
      return fail(std::move(error));
    if (llvm::Error error = tuneKernels())
      return fail(std::move(error));
    if (llmc_compile_status status = compile())
      return exitCodeOf(status);
    progress.end();
    if (!request.stage.empty()) {
      llvm::Error error = writeCode();
      return error ? fail(std::move(error)) : Ok;
    }
    if (!request.dependencies.empty())
      if (llvm::Error error =
              writeDependencyFile(request.dependencies, request.folder, llmc_compile_result_facts(result)))
        return fail(std::move(error));
    CompileSummary summary = {
        llmc_compile_result_facts(result), {}, {}, !request.quantization.empty(), !request.pruning.empty()};
    if (request.measures())
      if (llvm::Error error = measure(summary.worst))
        summary.notMeasured = llvm::toString(std::move(error));
    if (llvm::Error error = (request.asJson ? printSummaryJson : printSummary)(summary, llvm::outs()))
      return fail(std::move(error));
    if (request.explains)
      if (llvm::Error error = explainKernels())
        return fail(std::move(error));
    return !summary.isToDiffer() && summary.worst && !summary.worst->comparison.within() ? Differs : Ok;
  }

private:
  /// For compilations beside the one that is asked for.
  llvm::Expected<pipeline::CompileOptions> optionsToLoad() const {
    pipeline::CompileOptions compileOptions;
    compileOptions.plugins = request.pluginFiles;
    compileOptions.quantization = request.quantization;
    compileOptions.pruning = request.pruning;
    for (const std::string &dim : request.dimTexts)
      if (llvm::Error error = pipeline::parseDim(dim, compileOptions.import.dims, compileOptions.dimSizes))
        return std::move(error);
    return compileOptions;
  }

  /// The inputs for the reference, random ones in place of those that are not given, and those to calibrate with.
  llvm::Error gatherTensors() {
    bool measures = request.verify || request.measures();
    if (!measures && !request.calibrates)
      return llvm::Error::success();
    auto compileOptions = optionsToLoad();
    if (!compileOptions)
      return compileOptions.takeError();
    compileOptions->dimSizes.clear(); // the reference needs no code of its own for them
    auto loaded = pipeline::Compilation::load(request.model, *compileOptions);
    if (!loaded)
      return loaded.takeError();
    if (!(*loaded)->function())
      return llvm::createStringError(request.model + " holds no function");
    declared = inputsOf((*loaded)->function());
    ir::SizeRules rules = (*loaded)->sizeRules();
    if (request.calibrates)
      if (llvm::Error error = gather(rules, request.calibrating, calibrationData))
        return error;
    if (!measures)
      return llvm::Error::success();
    InputRequest wanted = request.inputs;
    wanted.random = true;
    wanted.dims = symbolDims(compileOptions->import.dims);
    return gather(rules, wanted, data);
  }

  /// Values for the API, with their names.
  struct Values {
    std::vector<HostTensor> tensors;
    std::vector<llmc_tensor> views; // of these
    std::vector<llmc_compile_input> inputs;
  };

  llvm::Error gather(const ir::SizeRules &rules, const InputRequest &wanted, Values &values) {
    auto gathered = gatherInputs(declared, rules, wanted);
    if (!gathered)
      return gathered.takeError();
    values.tensors = std::move(*gathered);
    for (const HostTensor &tensor : values.tensors)
      values.views.push_back(viewOf(tensor));
    for (auto [declaration, view] : llvm::zip(declared, values.views))
      values.inputs.push_back({sizeof(llmc_compile_input), declaration.name.c_str(), &view});
    return llvm::Error::success();
  }

  /// What is found becomes the decisions of this compilation.
  llvm::Error tuneKernels() {
    if (request.tuned.empty())
      return llvm::Error::success();
    auto compileOptions = optionsToLoad();
    if (!compileOptions)
      return compileOptions.takeError();
    compileOptions->cpuLevels = {"native"};
    compileOptions->cancelled = [] { return interrupted != 0; };
    TuneRequest tuning = {request.model, *compileOptions, request.inputs, /*threads=*/0, request.secondsToTune};
    tuning.inputs.dims = symbolDims(compileOptions->import.dims);
    listenForSignals();
    auto result = tune(tuning);
    if (!result)
      return result.takeError();
    if (llvm::Error error = writeWhole(request.tuned, [&](llvm::raw_ostream &stream) { stream << result->schedules; }))
      return error;
    given = request.tuned;
    if (!request.asJson)
      llvm::outs() << "tuned:   " << result->changed << " of " << result->kernels
                   << " different kernels that have a choice; a run takes " << llvm::format("%.2f", result->ratio)
                   << " of the time before\n";
    return llvm::Error::success();
  }

  llmc_compile_status compile() {
    llmc_compile_options compileOptions = {};
    compileOptions.size = sizeof(compileOptions);
    auto textOrNull = [](const std::string &text) { return text.empty() ? nullptr : text.c_str(); };
    compileOptions.name = textOrNull(request.name);
    compileOptions.cpu = textOrNull(request.cpu);
    compileOptions.target_triple = textOrNull(request.targetTriple);
    std::vector<const char *> dimTexts, pluginFiles;
    for (const std::string &dim : request.dimTexts)
      dimTexts.push_back(dim.c_str());
    for (const std::string &file : request.pluginFiles)
      pluginFiles.push_back(file.c_str());
    compileOptions.dims = dimTexts.data();
    compileOptions.dim_count = dimTexts.size();
    compileOptions.plugins = pluginFiles.data();
    compileOptions.plugin_count = pluginFiles.size();
    compileOptions.pipeline = request.passes.c_str();
    compileOptions.forms = request.forms;
    compileOptions.weights = request.weightsInFile ? LLMC_WEIGHTS_FILE : LLMC_WEIGHTS_INSIDE;
    compileOptions.threads = request.threadCount;
    compileOptions.stage = textOrNull(request.stage);
    compileOptions.inputs = data.inputs.empty() ? nullptr : data.inputs.data();
    compileOptions.input_count = data.inputs.size();
    compileOptions.calibration = calibrationData.inputs.empty() ? nullptr : calibrationData.inputs.data();
    compileOptions.calibration_count = calibrationData.inputs.size();
    compileOptions.verify_numerics = request.verify;
    compileOptions.debug_lines = request.withLines;
    compileOptions.decisions = textOrNull(given);
    compileOptions.max_memory = request.mostMemory;
    std::string quantization = llvm::join(request.quantization, ","), pruning = llvm::join(request.pruning, ",");
    compileOptions.quantize = textOrNull(quantization);
    compileOptions.prune = textOrNull(pruning);
    compileOptions.accuracy_budget = textOrNull(request.accuracy);
    compileOptions.accuracy_mask = textOrNull(request.mask);
    compileOptions.report = request.isReported ? request.reported.c_str() : nullptr;
    compileOptions.user = &progress;
    compileOptions.diagnose = [](void *progress, const llmc_diagnostic *diagnostic) {
      static_cast<Progress *>(progress)->breakOff();
      if (diagnostic->severity == LLMC_DIAGNOSTIC_ERROR)
        llvm::WithColor::error(llvm::errs(), "llmc") << diagnostic->message << '\n';
      else if (diagnostic->severity == LLMC_DIAGNOSTIC_WARNING)
        llvm::WithColor::warning(llvm::errs(), "llmc") << diagnostic->message << '\n';
      else
        llvm::errs() << "  " << diagnostic->message << '\n';
    };
    compileOptions.progress = [](void *shown, const llmc_compile_progress *progress) -> int32_t {
      if (progress)
        static_cast<Progress *>(shown)->show(*progress);
      return interrupted;
    };
    listenForSignals();
    return llmc_compile_file(request.model.c_str(), request.folder.c_str(), &compileOptions, &result);
  }

  llvm::Error writeCode() {
    size_t bytes = 0;
    auto *data = static_cast<const char *>(llmc_compile_result_code(result, &bytes));
    if (request.folder.empty()) {
      llvm::outs() << llvm::StringRef(data, bytes);
      return llvm::Error::success();
    }
    return writeWhole(request.folder, [&](llvm::raw_ostream &stream) { stream << llvm::StringRef(data, bytes); });
  }

  llvm::Error explainKernels() {
    auto artefact = findArtefact(request.folder);
    if (!artefact)
      return artefact.takeError();
    printRemovals(removalsIn(artefact->manifest), llvm::outs());
    printDecisions(kernelsIn(artefact->manifest), llvm::outs());
    return llvm::Error::success();
  }

  /// Runs the artefact on the inputs that the reference had. Fails where this machine can't.
  llvm::Error measure(std::optional<WorstOutput> &worst) {
    auto model = LoadedModel::open(request.folder, /*threads=*/0);
    if (!model)
      return model.takeError();
    auto outputs = (*model)->run(data.tensors);
    if (!outputs)
      return outputs.takeError();
    for (auto [index, got] : llvm::enumerate(*outputs)) {
      llmc_expected_output expected = {};
      expected.size = sizeof(expected);
      if (llmc_compile_result_expected(result, index, &expected) != LLMC_OK)
        return llvm::createStringError("the reference gave no output \"" + got.name + "\"");
      WorstOutput output = {got.name, {expected.absolute, expected.relative}, {}};
      auto comparison = compareTensors(got, copyOf(*expected.tensor), output.tolerance);
      if (!comparison)
        return comparison.takeError();
      output.comparison = *comparison;
      auto key = [](const WorstOutput &o) { return std::make_pair(!o.comparison.within(), o.comparison.maxAbsolute); };
      if (!worst || key(*worst) < key(output))
        worst = std::move(output);
    }
    return llvm::Error::success();
  }

  const Request &request;
  std::string given = request.given; // decisions
  std::vector<TensorDeclaration> declared;
  Values data, calibrationData;
  Progress progress;
  llmc_compile_result *result = nullptr;
};

int run() {
  Request request;
  llvm::Error error = checkWords();
  if (!error)
    error = checkTuning();
  if (!error)
    error = checkCalibration();
  if (!error)
    error = request.readEmit();
  if (!error)
    error = request.readMaxMemory();
  if (!error)
    error = request.readPrecision();
  if (!error)
    error = refuseForStage(request.stage);
  if (!error && request.isReported) // before anything takes time
    error = report::ReportFile::at(request.reported, request.folder).takeError();
  if (error)
    return fail(std::move(error));
  if (request.stage.empty() && request.folder.empty())
    return fail(usageError("no folder for the artefact; try: llmc compile " + request.model + " -o DIR"));
  return Compile(request).run();
}

} // namespace

Command compileCommand() { return {options, input, "llmc compile model.onnx -o out", run}; }

} // namespace llmc::tools
