// llmc compare: judges a compiled model by the reference, and finds where an error arises.
#include "tools/llmc/Command.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/compare/ModelComparison.h"
#include "tools/llmc/compare/PrintComparison.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("compare",
                       "compare the results of the compiled model with the reference; exit code 4 when they differ");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx"), cl::Optional, cl::sub(options));
InputOptions inputOptions(options);
cl::list<std::string> dims("dim", cl::desc("size of a dim symbol, for --random"), cl::value_desc("NAME=VALUE"),
                           cl::sub(options));
cl::opt<std::string> expected("expected", cl::desc("judge the outputs by these instead of the reference"),
                              cl::value_desc("FILE.npz|DIR"), cl::sub(options));
cl::opt<bool> layers("layers", cl::desc("judge each kernel, in the code as it ships"), cl::sub(options));
cl::opt<bool> bisect("bisect", cl::desc("find the first pass, kernel and operation that is wrong"), cl::sub(options));
cl::opt<bool> json("json", cl::desc("print one JSON object"), cl::sub(options));
cl::opt<std::string> level("cpu",
                           cl::desc("level of the CPU: native, x86-64-v3, x86-64-v3-vnni, x86-64-v4, x86-64-v4-vnni, "
                                    "x86-64-v4-bf16, x86-64-v4-amx"),
                           cl::init("native"), cl::value_desc("LEVEL"), cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads; 0 means all that the process may use"), cl::init(0),
                          cl::sub(options));
cl::opt<std::string> pipeline("pipeline", cl::desc("passes to run, in MLIR's textual form"), cl::init("default"),
                              cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));

int run() {
  // Copies: linking the model resets LLVM's command line.
  ComparisonRequest request;
  request.model = input;
  request.compile.cpuLevels = {level};
  request.compile.pipeline = pipeline;
  request.compile.plugins.assign(plugins.begin(), plugins.end());
  request.threads = threads;
  request.inputs = inputOptions.request(dims);
  request.expected = expected;
  request.passes = bisect;
  request.kernels = layers || bisect;
  bool asJson = json;
  ComparisonView view = {layers, bisect};
  auto comparison = compareModel(request);
  if (!comparison)
    return fail(comparison.takeError());
  if (asJson)
    printComparisonJson(*comparison, llvm::outs());
  else
    printComparison(*comparison, view, llvm::outs());
  return comparison->within() ? Ok : Differs;
}

} // namespace

Command compareCommand() { return {options, input, "llmc compare model.onnx --random", run}; }

} // namespace llmc::tools
