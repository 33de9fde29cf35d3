// llmc inspect: tells what a model is and what it costs.
#include "compiler/pipeline/DimChoice.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/inspect/ModelReport.h"
#include "tools/llmc/inspect/PrintDecisions.h"
#include "tools/llmc/inspect/PrintReport.h"
#include "llvm/Support/FileSystem.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("inspect", "tell about a model: inputs, operations, cost, memory, kernels");
cl::opt<std::string> input(cl::Positional, cl::desc("MODEL.onnx|DIR"), cl::Optional, cl::sub(options));
cl::list<std::string> dims("dim", cl::desc("sizes for which numbers are given (default: 128)"),
                           cl::value_desc("NAME=VALUE"), cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));
cl::opt<std::string> pipelineText("pipeline", cl::desc("passes to run instead of the default ones"),
                                  cl::init("default"), cl::value_desc("PASSES"), cl::sub(options));
cl::opt<bool> explain("explain", cl::desc("tell what was decided about each kernel, and why"), cl::sub(options));
cl::opt<bool> json("json", cl::desc("print one JSON object"), cl::sub(options));

int run() {
  pipeline::DimChoice choice;
  for (const std::string &dim : dims)
    if (llvm::Error error = pipeline::parseDim(dim, choice))
      return fail(std::move(error));
  if (llvm::Error error = pipeline::refuseEmptyDims(choice))
    return fail(std::move(error));
  if (llvm::Error error = refuseForFolder(input, {plugins, pipelineText}))
    return fail(std::move(error));
  pipeline::CompileOptions compileOptions;
  compileOptions.plugins.assign(plugins.begin(), plugins.end());
  compileOptions.pipeline = pipelineText;
  auto report = llvm::sys::fs::is_directory(input) ? inspectArtefact(input) : inspectModel(input, compileOptions);
  if (!report)
    return fail(report.takeError());
  if (llvm::Error error = pipeline::checkDims(choice, report->sizes.symbols))
    return fail(std::move(error));
  (json ? printReportJson : printReport)(*report, choice, llvm::outs());
  if (explain && !json)
    printDecisions(report->kernels, llvm::outs());
  return Ok;
}

} // namespace

Command inspectCommand() { return {options, input, "llmc inspect model.onnx", run}; }

} // namespace llmc::tools
