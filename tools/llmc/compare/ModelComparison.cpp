// Import, reference, passes, library, run, judge: in this order.
#include "tools/llmc/compare/ModelComparison.h"
#include "compiler/ir/DimAnalysis.h"
#include "mlir/Pass/PassManager.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/compare/KernelObserver.h"
#include "tools/llmc/compare/KernelVerdict.h"
#include "tools/llmc/compare/ReferenceTensors.h"
#include "tools/llmc/tensors/TensorFiles.h"
#include "llvm/Support/FileSystem.h"

namespace llmc::tools {
namespace {

/// What the outputs should be, in the model's order: by name from a file, by number from a folder.
llvm::Expected<std::vector<HostTensor>> expectedOutputs(const std::string &file, mlir::func::FuncOp function) {
  bool numbered = llvm::sys::fs::is_directory(file);
  auto tensors = numbered ? readTensorDirectory(file, "output") : readTensorFile(file);
  if (!tensors)
    return tensors.takeError();
  auto isOutput = [&](llvm::StringRef name) {
    return llvm::any_of(llvm::seq(function.getNumResults()),
                        [&](unsigned i) { return ir::outputName(function, i) == name; });
  };
  *tensors = partOf(std::move(*tensors), "out:", isOutput);
  std::vector<HostTensor> outputs;
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    std::string name = ir::outputName(function, i);
    auto found = tensors->end();
    if (!numbered)
      found = llvm::find_if(*tensors, [&](const HostTensor &tensor) { return tensor.name == name; });
    else if (i < tensors->size())
      found = tensors->begin() + i;
    if (found == tensors->end())
      return llvm::createStringError(file + " holds no output \"" + name + "\"");
    outputs.push_back(*found);
  }
  return outputs;
}

/// One comparison from beginning to end. Everything that refers to the module dies before it.
class Comparing {
public:
  explicit Comparing(const ComparisonRequest &request) : request(request) {}

  llvm::Expected<ModelComparison> run() {
    if (llvm::Error error = load())
      return std::move(error);
    if (llvm::Error error = runPasses())
      return std::move(error);
    if (llvm::Error error = runArtefact())
      return std::move(error);
    if (llvm::Error error = judgeOutputs())
      return std::move(error);
    if (observer)
      if (llvm::Error error = judgeKernels(compilation->function(), compilation->weights(), inputs, observer->results(),
                                           result.kernels))
        return std::move(error);
    return std::move(result);
  }

private:
  llvm::Error load() {
    auto loaded = pipeline::Compilation::load(request.model, compileOptions());
    if (!loaded)
      return loaded.takeError();
    compilation = std::move(*loaded);
    mlir::func::FuncOp function = compilation->function();
    if (!function)
      return llvm::createStringError(request.model + " holds no function");
    auto tensors = gatherInputs(inputsOf(function), compilation->sizeRules(), request.inputs);
    if (!tensors)
      return tensors.takeError();
    hostInputs = std::move(*tensors);
    auto converted = inputsFor(function, hostInputs);
    if (!converted)
      return converted.takeError();
    inputs = std::move(*converted);
    auto created = pipeline::NumericsVerifier::create(function, inputs, compilation->weights());
    if (!created)
      return created.takeError();
    verifier = std::move(*created);
    result.overflow = verifier->overflow();
    return llvm::Error::success();
  }

  pipeline::CompileOptions compileOptions() {
    pipeline::CompileOptions options = request.compile;
    if (request.passes)
      options.onPassManager = [this, given = options.onPassManager](mlir::PassManager &pm) {
        given(pm);
        verifier->attach(pm);
      };
    return options;
  }

  llvm::Error runPasses() {
    llvm::Error error = compilation->runPasses(pipeline::Stage::Kernels);
    result.drift = verifier->drift();
    result.passesSeen = verifier->passesSeen();
    result.passesJudged = verifier->passesJudged();
    return error;
  }

  llvm::Error runArtefact() {
    auto made = compilation->makeLibrary();
    if (!made)
      return made.takeError();
    const codegen::ModelFacts &facts = made->facts;
    result.model = facts.name;
    auto model = LoadedModel::open(made->library.path(), request.threads);
    if (!model)
      return model.takeError();
    result.cpu = (*model)->info().cpu;
    if (request.kernels) {
      observer = std::make_unique<KernelObserver>((*model)->functions(), compilation->function());
      for (const codegen::KernelFacts &kernel : facts.kernels)
        result.kernels.push_back({result.kernels.size(), kernel.name, {}, {}, {}, {}, {}, {}, {}});
    }
    auto outputs = (*model)->run(hostInputs, observer ? observer->hook() : nullptr);
    if (!outputs)
      return outputs.takeError();
    hostOutputs = std::move(*outputs);
    return observer ? observer->takeError() : llvm::Error::success();
  }

  llvm::Error readExpected(std::vector<reference::Tensor> &wanted) {
    mlir::func::FuncOp function = compilation->function();
    auto read = expectedOutputs(request.expected, function);
    if (!read)
      return read.takeError();
    hostExpected = std::move(*read);
    for (auto [index, want] : llvm::enumerate(hostExpected)) {
      auto tensor = toReference(want, wanted[index].elementType());
      if (!tensor)
        return llvm::createStringError(request.expected + ", output \"" + ir::outputName(function, index) + "\" " +
                                       llvm::toString(tensor.takeError()));
      wanted[index] = std::move(*tensor);
    }
    return llvm::Error::success();
  }

  llvm::Error judgeOutputs() {
    std::vector<reference::Tensor> wanted = verifier->outputs();
    result.judge = request.expected.empty() ? "the reference, run on the imported model" : request.expected;
    if (!request.expected.empty())
      if (llvm::Error error = readExpected(wanted))
        return error;
    for (auto [got, want, tolerance] : llvm::zip(hostOutputs, wanted, verifier->tolerances())) {
      auto tensor = toReference(got, want.elementType());
      if (!tensor)
        return tensor.takeError();
      auto comparison = reference::compareTensors(*tensor, want, tolerance);
      if (!comparison)
        return llvm::createStringError("output \"" + got.name + "\": " + llvm::toString(comparison.takeError()));
      std::string type;
      llvm::raw_string_ostream(type) << want.elementType();
      result.outputs.push_back({got.name, want.shape().vec(), type, tolerance, *comparison});
    }
    return llvm::Error::success();
  }

  const ComparisonRequest &request;
  std::unique_ptr<pipeline::Compilation> compilation;
  std::vector<HostTensor> hostInputs, hostOutputs, hostExpected; // tensors of the reference are views of these
  std::vector<reference::Tensor> inputs;
  std::unique_ptr<pipeline::NumericsVerifier> verifier;
  std::unique_ptr<KernelObserver> observer;
  ModelComparison result;
};

} // namespace

llvm::Expected<ModelComparison> compareModel(const ComparisonRequest &request) { return Comparing(request).run(); }

const KernelResult *ModelComparison::culprit() const {
  auto found = llvm::find_if(kernels, [](const KernelResult &kernel) { return !kernel.own.within(); });
  return found == kernels.end() ? nullptr : &*found;
}

bool ModelComparison::within() const {
  return !drift && !culprit() && llvm::all_of(outputs, [](const OutputResult &o) { return o.comparison.within(); }) &&
         llvm::all_of(kernels, [](const KernelResult &kernel) { return kernel.total.within(); });
}

} // namespace llmc::tools
