#include "compiler/execution/RunHere.h"
#include "compiler/codegen/artefact/ModelInterface.h"

namespace llmc::execution {

pipeline::CompileOptions optionsToRunHere(const pipeline::CompileOptions &options) {
  pipeline::CompileOptions result;
  result.name = options.name;
  result.cpuLevels = {"native"};
  result.plugins = options.plugins;
  result.threads = options.threads;
  result.quantization = options.quantization;
  result.pruning = options.pruning;
  result.import.dims = options.import.dims;
  result.cancelled = options.cancelled;
  return result;
}

pipeline::CompileOptions floatsToRunHere(const pipeline::CompileOptions &options) {
  pipeline::CompileOptions result = optionsToRunHere(options);
  result.quantization.clear();
  result.pruning.clear();
  return result;
}

pipeline::CompileOptions partOfCalibration(pipeline::CompileOptions options, size_t part, size_t parts) {
  options.onProgress = [tell = options.onProgress, part, parts](pipeline::Phase phase, double share) {
    tell(phase, (double(part) + share) / double(parts));
  };
  return options;
}

llvm::Expected<codegen::ModelFacts> interfaceOf(pipeline::Compilation &compilation) {
  mlir::func::FuncOp function = compilation.function();
  if (!function)
    return llvm::createStringError("the model holds no function");
  codegen::ModelFacts facts;
  ir::DimAnalysis dims(function);
  codegen::describeInterface(function, dims, facts);
  return facts;
}

llvm::Expected<ModelHere> openHere(std::unique_ptr<pipeline::Compilation> compilation, uint32_t threads) {
  auto made = compilation->makeLibrary();
  if (!made)
    return made.takeError();
  compilation.reset();
  auto model = OpenModel::open(made->library.path(), made->library.shownAs(), threads);
  if (!model)
    return model.takeError();
  if (llvm::Error error = (*model)->takeFloatsFor(made->facts.caches))
    return std::move(error);
  return ModelHere{std::move(made->library), std::move(*model)};
}

} // namespace llmc::execution
