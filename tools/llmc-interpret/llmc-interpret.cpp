// llmc-interpret: runs functions of textual IR through the reference interpreter.
//
//   llmc-interpret file.mlir --input x.npy --input y.npy --output-dir d [--function f] [--float32]
//
// Inputs are the function's arguments in order. Result i is written to d/i.npy. Without --input, each function of the
// file runs on the inputs d/FUNCTION/inI.npy and writes d/FUNCTION/outI.npy, or its message to d/FUNCTION/error.txt.
#include "compiler/ir/ElementTypes.h"
#include "compiler/ir/WeightStore.h"
#include "compiler/pipeline/Registration.h"
#include "compiler/reference/Interpreter.h"
#include "llmc/dtype.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Parser/Parser.h"
#include "tools/llmc/tensors/TensorFiles.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
using llmc::reference::Tensor;
using mlir::func::FuncOp;

static cl::opt<std::string> file(cl::Positional, cl::desc("file.mlir"), cl::Required);
static cl::list<std::string> inputFiles("input", cl::desc("an argument of the function, as .npy"));
static cl::opt<std::string> outputDir("output-dir", cl::desc("where results go"), cl::init("."));
static cl::opt<std::string> functionName("function", cl::desc("the function to run; the first one otherwise"));
static cl::opt<bool> float32("float32", cl::desc("sum in f32 instead of f64"));

/// A tensor that will be used as `elementType`; the file has to hold elements of its width.
static llvm::Expected<Tensor> readTensor(const std::string &path, mlir::Type elementType) {
  auto held = llmc::tools::readTensorFile(path);
  if (!held)
    return held.takeError();
  if (held->size() != 1)
    return llvm::createStringError(path + " holds more than one tensor");
  const llmc::tools::HostTensor &host = held->front();
  llvm::ArrayRef<char> bytes(reinterpret_cast<const char *>(host.bytes.data()), host.bytes.size());
  auto tensor = Tensor::allocate(elementType, host.shape);
  if (!tensor || tensor->bytes().size() != bytes.size())
    return llvm::createStringError(path + ": " +
                                   (tensor ? "holds elements of another width" : llvm::toString(tensor.takeError())));
  llvm::copy(bytes, tensor->mutableBytes().begin());
  return tensor;
}

static llvm::Error writeTensor(const std::string &path, const Tensor &tensor) {
  auto dtype = llmc::ir::dtypeOf(tensor.elementType());
  auto host = llmc::tools::HostTensor::create(dtype.value_or(LLMC_DTYPE_I64), tensor.shape()); // an index is a word
  if (!host)
    return host.takeError();
  llvm::copy(tensor.bytes(), host->bytes.begin());
  return llmc::tools::writeTensorFile(path, *host);
}

static llvm::Error runFunction(FuncOp function, llvm::ArrayRef<std::string> inputs, const std::string &outputPrefix) {
  if (inputs.size() != function.getNumArguments())
    return llvm::createStringError("the function has " + llvm::Twine(function.getNumArguments()) + " arguments");
  std::vector<Tensor> tensors;
  for (auto [path, type] : llvm::zip(inputs, function.getArgumentTypes())) {
    auto tensor = readTensor(path, mlir::getElementTypeOrSelf(type));
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(std::move(*tensor));
  }
  llmc::ir::WeightStore weights(llvm::sys::path::parent_path(file).str());
  llmc::reference::InterpreterOptions options;
  options.accumulateInDouble = !float32;
  auto results = llmc::reference::interpret(function, tensors, weights, options);
  if (!results)
    return results.takeError();
  for (size_t i = 0; i < results->size(); ++i)
    if (auto error = writeTensor(outputPrefix + std::to_string(i) + ".npy", (*results)[i]))
      return error;
  return llvm::Error::success();
}

/// Runs all functions, each in its own folder. Messages of functions that fail become files, for tests that expect
/// them.
static void runAll(mlir::ModuleOp module) {
  for (FuncOp function : module.getOps<FuncOp>()) {
    std::string folder = outputDir + "/" + function.getName().str();
    std::vector<std::string> inputs;
    for (unsigned i = 0; i < function.getNumArguments(); ++i)
      inputs.push_back(folder + "/in" + std::to_string(i) + ".npy");
    std::error_code failed = llvm::sys::fs::create_directories(folder);
    if (auto error = runFunction(function, inputs, folder + "/out")) {
      llvm::raw_fd_ostream out(folder + "/error.txt", failed);
      out << llvm::toString(std::move(error)) << '\n';
    }
  }
}

int main(int argc, char **argv) {
  cl::ParseCommandLineOptions(argc, argv, "runs functions of llmc IR through the reference interpreter\n");
  mlir::DialectRegistry registry;
  llmc::pipeline::registerDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = mlir::parseSourceFile<mlir::ModuleOp>(file, &context);
  if (!module)
    return 1;
  if (inputFiles.empty() && functionName.empty()) {
    runAll(*module);
    return 0;
  }
  FuncOp chosen;
  for (FuncOp function : module->getOps<FuncOp>())
    if (!chosen && (functionName.empty() || function.getName() == functionName))
      chosen = function;
  if (!chosen) {
    llvm::errs() << "error: " << file << " holds no such function\n";
    return 1;
  }
  if (auto error = runFunction(chosen, inputFiles, outputDir + "/")) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << '\n';
    return 1;
  }
  return 0;
}
