// llmc run: runs a compiled model, or compiles and runs one.
#include "compiler/api/Compiler.h"
#include "tools/llmc/Command.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/ModelInputs.h"
#include "tools/llmc/tensors/TensorFiles.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;

namespace llmc::tools {
namespace {

cl::SubCommand options("run", "run a model on given or random inputs");
cl::opt<std::string> input(cl::Positional, cl::desc("DIR|MODEL.onnx"), cl::Required, cl::sub(options));
cl::opt<std::string> inputs("inputs", cl::desc("inputs: an .npz whose names are those of the model, or a folder with input_0.pb ..."),
                            cl::value_desc("FILE.npz|DIR"), cl::sub(options));
cl::list<std::string> single("input", cl::desc("one input"), cl::value_desc("NAME=FILE.npy"), cl::sub(options));
cl::opt<bool> random("random", cl::desc("fill inputs that are not given with random values"), cl::sub(options));
cl::list<std::string> dims("dim", cl::desc("size of a dim symbol, for --random"), cl::value_desc("NAME=VALUE"),
                           cl::sub(options));
cl::opt<std::string> outputs("outputs", cl::desc("where to write the outputs"), cl::value_desc("FILE.npz|DIR"),
                             cl::sub(options));
cl::opt<unsigned> threads("threads", cl::desc("threads; 0 means all that the process may use"), cl::init(0),
                          cl::sub(options));
cl::opt<std::string> level("cpu", cl::desc("CPU level when a model is compiled"), cl::init("native"), cl::sub(options));

/// Compiles into a folder of its own.
llvm::Error compileTo(llvm::StringRef folder) {
  api::CompileOptions compile;
  compile.cpuLevel = level;
  auto compilation = api::Compilation::load(input, compile);
  if (!compilation)
    return compilation.takeError();
  if (llvm::Error error = (*compilation)->runPasses(api::Stage::Kernels))
    return error;
  return (*compilation)->writeArtefact(folder).takeError();
}

llvm::Error writeOutputs(llvm::ArrayRef<HostTensor> tensors) {
  if (outputs.empty()) {
    for (const HostTensor &tensor : tensors)
      llvm::outs() << tensor.name << ": " << tensor.typeText() << '\n';
    return llvm::Error::success();
  }
  if (llvm::StringRef(outputs).ends_with(".npz"))
    return writeTensorFile(outputs, tensors);
  return writeTensorDirectory(outputs, "output", tensors);
}

llvm::Error runModel(llvm::StringRef folder) {
  auto model = LoadedModel::open(folder, threads);
  if (!model)
    return model.takeError();
  InputRequest request = {inputs, {single.begin(), single.end()}, random, {dims.begin(), dims.end()}};
  auto tensors = gatherInputs(**model, request);
  if (!tensors)
    return tensors.takeError();
  auto results = (*model)->run(*tensors);
  return results ? writeOutputs(*results) : results.takeError();
}

int run() {
  if (llvm::sys::fs::is_directory(input)) {
    llvm::Error error = runModel(input);
    return error ? fail(std::move(error)) : Ok;
  }
  llvm::SmallString<128> folder;
  if (std::error_code code = llvm::sys::fs::createUniqueDirectory("llmc-run", folder))
    return fail(llvm::createStringError(code, "can't make a temporary folder"));
  llvm::scope_exit remove([&] { llvm::sys::fs::remove_directories(folder); });
  if (llvm::Error error = compileTo(folder))
    return fail(std::move(error));
  llvm::Error error = runModel(folder);
  return error ? fail(std::move(error)) : Ok;
}

} // namespace

Command runCommand() { return {options, run}; }

} // namespace llmc::tools
