// llmc-import: prints the module that an ONNX model becomes, before any pass. For tests and for looking.
#include "compiler/frontend/onnx/OnnxImporter.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

namespace cl = llvm::cl;
using namespace llmc::frontend;

static cl::opt<std::string> modelPath(cl::Positional, cl::desc("model.onnx"), cl::Required);
static cl::list<std::string> dims("dim", cl::desc("NAME=VALUE or NAME=LOW..HIGH"));
static cl::opt<bool> locations("locations", cl::desc("print the ONNX node of each operation"));

/// Nothing if `text` is no NAME=VALUE or NAME=LOW..HIGH. Names may hold '='.
static bool readDim(llvm::StringRef text, ImportOptions &options) {
  auto [name, range] = text.rsplit('=');
  auto [low, high] = range.split("..");
  std::pair<int64_t, int64_t> bounds;
  if (name.empty() || low.getAsInteger(10, bounds.first) || (high.empty() ? low : high).getAsInteger(10, bounds.second))
    return false;
  options.dims[name] = bounds;
  return true;
}

static int run() {
  ImportOptions options;
  for (const std::string &text : dims)
    if (!readDim(text, options)) {
      llvm::errs() << "error: --dim=" << text << ": expected NAME=VALUE or NAME=LOW..HIGH\n";
      return 1;
    }
  auto report = [](llvm::Error error) {
    llvm::errs() << "error: " << llvm::toString(std::move(error)) << "\n";
    return 1;
  };
  auto model = OnnxModel::load(modelPath);
  if (!model)
    return report(model.takeError());
  mlir::MLIRContext context;
  auto imported = importOnnx(**model, context, options);
  if (!imported)
    return report(imported.takeError());
  imported->module->print(llvm::outs(), mlir::OpPrintingFlags().enableDebugInfo(locations));
  return 0;
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  cl::ParseCommandLineOptions(argc, argv, "prints an ONNX model as a module of the llmc dialect\n");
  return run();
}
