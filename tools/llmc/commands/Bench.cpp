// llmc bench: how fast is a compiled model here, and how far from what this machine can do.
#include "compiler/support/FileError.h"
#include "compiler/support/UsageError.h"
#include "runtime/threading/Topology.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/ModelFolder.h"
#include "tools/llmc/bench/BenchReport.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("bench", "time a model: latency, throughput, memory, rates, kernel by kernel");
cl::opt<std::string> input(cl::Positional, cl::desc("DIR|MODEL.onnx"), cl::Optional, cl::sub(options));
InputOptions inputOptions(options);
cl::list<std::string> dims("dim", cl::desc("size of a dim symbol, for inputs that are not given"),
                           cl::value_desc("NAME=VALUE"), cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads; 0 means all that the process may use"), cl::init(0),
                          cl::sub(options));
cl::opt<double> seconds("seconds", cl::desc("how long to measure (default: 3)"), cl::init(3), cl::sub(options));
cl::opt<uint64_t> rounds("rounds", cl::desc("how many runs to time instead"), cl::init(0), cl::sub(options));
cl::opt<bool> profile("profile", cl::desc("time each kernel, too"), cl::sub(options));
cl::opt<bool> eachKernel("each-kernel", cl::desc("with --profile: a line for each kernel, also for equal ones"),
                         cl::sub(options));
cl::opt<std::string> trace("trace", cl::desc("write one run, kernel by kernel, for chrome://tracing"),
                           cl::value_desc("FILE.json"), cl::sub(options));
cl::opt<bool> json("json", cl::desc("print one JSON object"), cl::sub(options));
cl::list<std::string> levels("cpu", cl::desc("CPU levels when a model is compiled (default: native)"),
                             cl::value_desc("LEVEL,..."), cl::CommaSeparated, cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));

/// The options as they were given: linking a model resets LLVM's command line.
struct Request {
  std::string model = input, traceFile = trace;
  unsigned threadCount = threads ? threads : runtime::usableCpus();
  bool asJson = json, listsEach = eachKernel;
  BenchRequest bench = {seconds, rounds, profile || eachKernel, !traceFile.empty()};
  InputRequest inputs = inputOptions.request(dims);
  pipeline::CompileOptions compile;
};

llvm::Error bench(Request &request) {
  auto folder = ModelFolder::open(request.model, request.compile);
  if (!folder)
    return folder.takeError();
  auto model = inspectArtefact(folder->path());
  if (!model)
    return model.takeError();
  request.inputs.random = true;
  auto inputs = gatherInputs(model->inputs, model->sizes, request.inputs);
  if (!inputs)
    return inputs.takeError();
  auto result = measure(folder->path(), request.threadCount, *inputs, request.bench);
  if (!result)
    return result.takeError();
  model->choose(result->variant);
  if (!request.traceFile.empty())
    if (llvm::Error error = writeWhole(request.traceFile,
                                       [&](llvm::raw_ostream &stream) { writeTrace(*model, result->spans, stream); }))
      return error;
  BenchReport report =
      makeReport(*model, *inputs, request.threadCount, std::move(*result), measureLimits(request.threadCount));
  if (request.asJson)
    printBenchJson(report, llvm::outs());
  else
    printBench(report, request.listsEach, llvm::outs());
  return llvm::Error::success();
}

int run() {
  if (rounds.getNumOccurrences() && seconds.getNumOccurrences())
    return fail(usageError("--rounds and --seconds exclude each other; try: --rounds " + std::to_string(rounds)));
  if (!(seconds >= 0 && seconds <= kMostSeconds))
    return fail(usageError("--seconds takes 0 to " + std::to_string(kMostSeconds) + "; try: --seconds 3"));
  if (llvm::Error error = refuseForFolder(input, {levels, plugins}))
    return fail(std::move(error));
  Request request;
  request.compile.cpuLevels = {"native"};
  if (!levels.empty())
    request.compile.cpuLevels.assign(levels.begin(), levels.end());
  request.compile.plugins.assign(plugins.begin(), plugins.end());
  llvm::Error error = bench(request);
  return error ? fail(std::move(error)) : Ok;
}

} // namespace

Command benchCommand() { return {options, input, "llmc bench out --dim batch=1", run}; }

} // namespace llmc::tools
