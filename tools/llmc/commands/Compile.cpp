// llmc compile: from a model to an artefact.
#include "compiler/codegen/cpu/CpuLevels.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/pipeline/Compilation.h"
#include "compiler/pipeline/VerifyNumerics.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/TextTable.h"
#include "tools/llmc/compare/ReferenceTensors.h"
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
cl::opt<std::string> level("cpu", cl::desc("level of the CPU: native, x86-64-v3, x86-64-v4"), cl::init("native"),
                           cl::value_desc("LEVEL"), cl::sub(options));
cl::list<std::string> dims("dim", cl::desc("fix a dim symbol, or give its range"), cl::value_desc("NAME=VALUE|LO..HI"),
                           cl::sub(options));
cl::opt<Stage> emit("emit", cl::desc("stop at a stage and write it"), cl::init(Stage::Artefact), cl::sub(options),
                    cl::values(clEnumValN(Stage::Import, "import", "the imported graph"),
                               clEnumValN(Stage::Ir, "ir", "the graph after folding and fusion"),
                               clEnumValN(Stage::Kernels, "kernels", "kernels with the memory plan"),
                               clEnumValN(Stage::Llvm, "llvm", "LLVM IR"),
                               clEnumValN(Stage::Assembly, "asm", "assembly"),
                               clEnumValN(Stage::Object, "obj", "an object file"),
                               clEnumValN(Stage::Artefact, "so", "the artefact (default)")));
cl::opt<std::string> pipeline("pipeline", cl::desc("passes to run, in MLIR's textual form"), cl::init("default"),
                              cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));
cl::opt<bool> verifyNumerics("verify-numerics",
                             cl::desc("run the model by the reference after each pass, on --inputs or random ones, and "
                                      "stop with exit code 4 when a pass changes the results"),
                             cl::sub(options));
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

/// --verify-numerics: the reference looks on while the passes run.
class Verification {
public:
  /// Must outlive the run of the passes.
  explicit Verification(pipeline::CompileOptions &compileOptions) {
    compileOptions.onPassManager = [this](mlir::PassManager &pm) {
      if (verifier)
        verifier->attach(pm);
    };
  }

  /// Runs the passes; fails also where one changes the results.
  llvm::Error runPasses(pipeline::Compilation &compilation, Stage last) {
    if (verifyNumerics)
      if (llvm::Error error = begin(compilation))
        return error;
    llvm::Error error = compilation.runPasses(last);
    if (error || !differs())
      return error;
    return llvm::createStringError(verifier->drift()->text());
  }
  bool differs() const { return verifier && verifier->drift(); }

private:
  llvm::Error begin(pipeline::Compilation &compilation) {
    InputRequest request = inputOptions.request(dims);
    llvm::erase_if(request.dims, [](llvm::StringRef dim) { return !dim.contains(".."); }); // fixed: no symbols any more
    request.random = true;
    auto tensors = gatherInputs(inputsOf(compilation.function()), request);
    if (!tensors)
      return tensors.takeError();
    inputs = std::move(*tensors);
    auto converted = inputsFor(compilation.function(), inputs);
    if (!converted)
      return converted.takeError();
    auto created = pipeline::NumericsVerifier::create(compilation.function(), *converted, compilation.weights());
    if (!created)
      return created.takeError();
    verifier = std::move(*created);
    return llvm::Error::success();
  }

  std::vector<HostTensor> inputs; // what the verifier's inputs are views of
  std::unique_ptr<pipeline::NumericsVerifier> verifier;
};

llvm::Error emitStage(pipeline::Compilation &compilation, Verification &verification) {
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

void summarize(pipeline::Compilation &compilation, const codegen::ModelFacts &facts) {
  ir::DimAnalysis analysis(compilation.function());
  std::vector<ir::ArenaSlot> slots = ir::readArenaPlan(compilation.function(), analysis);
  auto typical = [&](llvm::StringRef name) -> std::optional<int64_t> {
    ir::DimExpr symbol = analysis.parse(name);
    return std::clamp<int64_t>(128, symbol.least(), symbol.most());
  };
  ir::ArenaUse use = ir::evaluateArena(slots, typical);
  double ratio = use.lowerBoundBytes ? static_cast<double>(use.arenaBytes) / use.lowerBoundBytes : 1;
  llvm::outs() << facts.name << ": " << facts.kernels.size() << " kernels for " << facts.cpu << ", weights "
               << readableBytes(facts.weightsBytes) << '\n'
               << "memory: " << use.lowerBound.text() << " bytes, and the weights, which are mapped\n"
               << "  (most bytes alive at once; the plan takes " << llvm::format("%.2f", ratio)
               << " times as much where all dims are 128)\n";
}

llvm::Error compile(pipeline::CompileOptions &compileOptions, Verification &verification) {
  Progress progress;
  compileOptions.onPhase = [&](llvm::StringRef phase) { progress.begin(phase); };
  auto compilation = pipeline::Compilation::load(input, compileOptions);
  if (!compilation)
    return compilation.takeError();
  if (emit != Stage::Artefact)
    return emitStage(**compilation, verification);
  if (llvm::Error error = verification.runPasses(**compilation, Stage::Kernels))
    return error;
  auto facts = (*compilation)->writeArtefact(output);
  if (!facts)
    return facts.takeError();
  progress.end();
  summarize(**compilation, *facts);
  return llvm::Error::success();
}

int run() {
  pipeline::CompileOptions compileOptions;
  compileOptions.name = modelName;
  compileOptions.cpuLevel = level;
  compileOptions.pipeline = pipeline;
  compileOptions.plugins.assign(plugins.begin(), plugins.end());
  for (const std::string &dim : dims)
    if (llvm::Error error = parseDim(dim, compileOptions.import.dims))
      return fail(std::move(error), WrongUsage);
  if (emit == Stage::Artefact && output.empty())
    return fail(llvm::createStringError("no folder for the artefact; try: llmc compile " + input + " -o DIR"),
                WrongUsage);
  Verification verification(compileOptions);
  llvm::Error error = compile(compileOptions, verification);
  return error ? fail(std::move(error), verification.differs() ? Differs : BrokenFile) : Ok;
}

} // namespace

Command compileCommand() { return {options, input, "llmc compile model.onnx -o out", run}; }

} // namespace llmc::tools
