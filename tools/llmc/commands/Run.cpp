// llmc run: runs a compiled model, or compiles and runs one.
#include "tools/llmc/Command.h"
#include "tools/llmc/InputOptions.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/ModelFolder.h"
#include "tools/llmc/ModelInputs.h"
#include "tools/llmc/PrintTensors.h"
#include "tools/llmc/tensors/TensorFiles.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("run", "run a model on given or random inputs");
cl::opt<std::string> input(cl::Positional, cl::desc("DIR|MODEL.onnx"), cl::Optional, cl::sub(options));
InputOptions inputOptions(options);
cl::list<std::string> dims("dim", cl::desc("size of a dim symbol, for --random"), cl::value_desc("NAME=VALUE"),
                           cl::sub(options));
cl::opt<std::string> outputs("outputs", cl::desc("where to write the outputs"), cl::value_desc("FILE.npz|DIR"),
                             cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads; 0 means all that the process may use"), cl::init(0),
                          cl::sub(options));
cl::list<std::string> plugins("load-pass-plugin", cl::desc("load passes and operators from a library"),
                              cl::value_desc("SO"), cl::sub(options));
cl::opt<std::string> level("cpu", cl::desc("CPU level when a model is compiled"), cl::init("native"), cl::sub(options));

/// The options as they were given: linking a model resets LLVM's command line.
struct Request {
  std::string model = input, outputFile = outputs, cpu = level;
  std::vector<std::string> pluginFiles = {plugins.begin(), plugins.end()};
  unsigned threadCount = threads;
  InputRequest inputRequest = inputOptions.request(dims);
};

llvm::Error writeOutputs(llvm::ArrayRef<HostTensor> tensors, llvm::StringRef file) {
  if (file.empty()) {
    printTensors(tensors, llvm::outs());
    return llvm::Error::success();
  }
  if (file.ends_with(".npz"))
    return writeTensorFile(file, tensors);
  return writeTensorDirectory(file, "output", tensors);
}

llvm::Error runModel(llvm::StringRef folder, const Request &request) {
  auto model = LoadedModel::open(folder, request.threadCount);
  if (!model)
    return model.takeError();
  auto tensors = gatherInputs((*model)->inputs(), (*model)->sizes(), request.inputRequest);
  if (!tensors)
    return tensors.takeError();
  auto results = (*model)->run(*tensors);
  return results ? writeOutputs(*results, request.outputFile) : results.takeError();
}

int run() {
  if (llvm::Error error = refuseForFolder(input, {level, plugins}))
    return fail(std::move(error));
  Request request;
  pipeline::CompileOptions compileOptions;
  compileOptions.cpuLevels = {request.cpu};
  compileOptions.plugins = request.pluginFiles;
  auto folder = ModelFolder::open(request.model, compileOptions);
  if (!folder)
    return fail(folder.takeError());
  llvm::Error error = runModel(folder->path(), request);
  return error ? fail(std::move(error)) : Ok;
}

} // namespace

Command runCommand() { return {options, input, "llmc run out --random", run}; }

} // namespace llmc::tools
