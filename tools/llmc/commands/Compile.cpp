// llmc compile: from a model to an artefact.
#include "compiler/pipeline/Compilation.h"
#include "compiler/support/UsageError.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/CompileSummary.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/compare/Witness.h"
#include "llvm/Support/Chrono.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

namespace cl = llvm::cl;
using llmc::pipeline::Stage;

namespace llmc::tools {
namespace {

cl::SubCommand options("compile", "compile a model to a shared library with its weights");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx"), cl::Optional, cl::sub(options));
cl::opt<std::string> output("o", cl::desc("folder of the artefact, or the file of --emit (default: standard output)"),
                            cl::value_desc("DIR"), cl::sub(options));
cl::opt<std::string> modelName("name", cl::desc("name of the artefact (default: that of the model's file or folder)"),
                               cl::sub(options));
enum class Target { Cpu };
cl::opt<Target> target("target", cl::desc("what to generate code for"), cl::init(Target::Cpu), cl::sub(options),
                       cl::values(clEnumValN(Target::Cpu, "cpu", "CPUs (default)")));
cl::list<std::string> levels("cpu",
                             cl::desc("CPU levels to generate code for: all (default), native, x86-64-v3, x86-64-v4"),
                             cl::value_desc("LEVEL,..."), cl::CommaSeparated, cl::sub(options));
cl::list<std::string> dims("dim", cl::desc("fix a dim symbol, or give its range"), cl::value_desc("NAME=VALUE|LO..HI"),
                           cl::sub(options));
enum class Form { Library, Archive, Header, Import, Ir, Kernels, Llvm, Assembly, Object };
cl::list<Form> emit("emit", cl::desc("forms of the artefact (default: so,h), or one stage to stop at and write"),
                    cl::CommaSeparated, cl::sub(options),
                    cl::values(clEnumValN(Form::Library, "so", "a shared library"),
                               clEnumValN(Form::Archive, "a", "an archive to link into an application"),
                               clEnumValN(Form::Header, "h", "typed C entry points, for both"),
                               clEnumValN(Form::Import, "import", "stage: the imported graph"),
                               clEnumValN(Form::Ir, "ir", "stage: the graph after folding and fusion"),
                               clEnumValN(Form::Kernels, "kernels", "stage: kernels with the memory plan"),
                               clEnumValN(Form::Llvm, "llvm", "stage: LLVM IR of the best CPU level"),
                               clEnumValN(Form::Assembly, "asm", "stage: its assembly"),
                               clEnumValN(Form::Object, "obj", "stage: its object file")));
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
cl::opt<bool> json("json", cl::desc("print the summary as one JSON object"), cl::sub(options));
InputOptions inputOptions(options);

/// Phases and their times, on a terminal only.
class Progress {
public:
  Progress() : shown(llvm::sys::Process::StandardErrIsDisplayed()) {}
  void begin(llvm::StringRef phase) {
    end();
    current = phase.str();
    start = std::chrono::steady_clock::now();
  }
  void end() {
    if (!current.empty() && shown) {
      double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
      llvm::errs() << llvm::format("  %-10s %6.2f s\n", current.c_str(), seconds);
    }
    current.clear();
  }

private:
  bool shown;
  std::string current;
  std::chrono::steady_clock::time_point start;
};

llvm::Error writeOutput(llvm::StringRef bytes) {
  if (output.empty()) {
    llvm::outs() << bytes;
    return llvm::Error::success();
  }
  return llvm::writeToOutput(output, [&](llvm::raw_ostream &stream) {
    stream << bytes;
    return llvm::Error::success();
  });
}

/// What the reference says about the compilation: about each pass with --verify-numerics, about the artefact when
/// inputs were given.
class Verification {
public:
  /// Must outlive the run of the passes. Options are copied: linking a model resets LLVM's command line.
  explicit Verification(pipeline::CompileOptions &compileOptions)
      : passes(verifyNumerics), request(inputOptions.request(dims)),
        artefact(!request.file.empty() || !request.single.empty() || request.random) {
    llvm::erase_if(request.dims, [](llvm::StringRef dim) { return !dim.contains(".."); }); // fixed: no symbols any more
    compileOptions.onPassManager = [this](mlir::PassManager &pm) {
      if (passes)
        witness->watch(pm);
    };
  }

  /// Runs the passes; fails also where one changes the results.
  llvm::Error runPasses(pipeline::Compilation &compilation, Stage last) {
    if (passes || artefact) {
      auto created = Witness::create(compilation, request);
      if (!created)
        return created.takeError();
      witness = std::move(*created);
    }
    llvm::Error error = compilation.runPasses(last);
    if (error || !passes || !witness->drift())
      return error;
    differs = true;
    return llvm::createStringError(witness->drift()->text());
  }

  void judgeArtefact(llvm::StringRef folder, CompileSummary &summary) {
    if (!artefact)
      return;
    auto judged = witness->judgeArtefact(folder);
    if (!judged) {
      summary.notJudged = llvm::toString(judged.takeError());
      return;
    }
    summary.judged = std::move(*judged);
    differs = llvm::any_of(summary.judged, [](const OutputResult &output) { return !output.comparison.within(); });
  }

  bool differs = false;

private:
  bool passes;
  InputRequest request;
  bool artefact;
  std::unique_ptr<Witness> witness;
};

/// What --emit asks for: a stage alone, or forms of the artefact.
llvm::Expected<Stage> readEmit(pipeline::ArtefactForms &forms) {
  if (emit.empty())
    return Stage::Artefact;
  forms = {false, false, false};
  std::optional<Stage> stage;
  for (Form form : emit)
    switch (form) {
    case Form::Library:
      forms.library = true;
      break;
    case Form::Archive:
      forms.archive = true;
      break;
    case Form::Header:
      forms.header = true;
      break;
    default:
      stage = static_cast<Stage>(static_cast<int>(form) - static_cast<int>(Form::Import));
    }
  if (stage && emit.size() != 1)
    return usageError("--emit takes one stage alone, or forms of the artefact; try: --emit=so,a,h");
  return stage.value_or(Stage::Artefact);
}

llvm::Error emitStage(pipeline::Compilation &compilation, Stage emit, Verification &verification) {
  if (emit == Stage::Import || emit == Stage::Ir || emit == Stage::Kernels) {
    if (emit != Stage::Import)
      if (llvm::Error error = verification.runPasses(compilation, emit))
        return error;
    std::string text;
    llvm::raw_string_ostream stream(text);
    compilation.module()->print(stream);
    return writeOutput(text);
  }
  if (llvm::Error error = verification.runPasses(compilation, Stage::Kernels))
    return error;
  auto code = compilation.emitCode(emit);
  return code ? writeOutput({code->data(), code->size()}) : code.takeError();
}

llvm::Error compile(pipeline::CompileOptions &compileOptions, Stage stage, Verification &verification) {
  bool asJson = json;
  std::string folder = output;
  Progress progress;
  compileOptions.onPhase = [&](llvm::StringRef phase) { progress.begin(phase); };
  auto compilation = pipeline::Compilation::load(input, compileOptions);
  if (!compilation)
    return compilation.takeError();
  if (stage != Stage::Artefact)
    return emitStage(**compilation, stage, verification);
  CompileSummary summary = {(*compilation)->operationCount(), {}, {}};
  if (llvm::Error error = verification.runPasses(**compilation, Stage::Kernels))
    return error;
  auto facts = (*compilation)->writeArtefact(folder);
  if (!facts)
    return facts.takeError();
  progress.end();
  verification.judgeArtefact(folder, summary);
  (asJson ? printSummaryJson : printSummary)(**compilation, *facts, summary, llvm::outs());
  return llvm::Error::success();
}

int run() {
  pipeline::CompileOptions compileOptions;
  compileOptions.name = modelName;
  if (!levels.empty())
    compileOptions.cpuLevels.assign(levels.begin(), levels.end());
  compileOptions.pipeline = pipeline;
  compileOptions.threads = threads;
  compileOptions.plugins.assign(plugins.begin(), plugins.end());
  for (const std::string &dim : dims)
    if (llvm::Error error = parseDim(dim, compileOptions.import.dims))
      return fail(std::move(error), WrongUsage);
  auto stage = readEmit(compileOptions.forms);
  if (!stage)
    return fail(stage.takeError());
  if (*stage == Stage::Artefact && output.empty())
    return fail(usageError("no folder for the artefact; try: llmc compile " + input + " -o DIR"));
  Verification verification(compileOptions);
  if (llvm::Error error = compile(compileOptions, *stage, verification))
    return fail(std::move(error), verification.differs ? Differs : BrokenFile);
  return verification.differs ? Differs : Ok;
}

} // namespace

Command compileCommand() { return {options, input, "llmc compile model.onnx -o out", run}; }

} // namespace llmc::tools
