// Drives the stages.
#include "compiler/pipeline/Compilation.h"
#include "compiler/codegen/artefact/ModelInterface.h"
#include "compiler/codegen/target/GivenSchedules.h"
#include "compiler/codegen/target/Targets.h"
#include "compiler/ir/ArenaPlan.h"
#include "compiler/ir/Blocks.h"
#include "compiler/ir/LlmcDialect.h"
#include "compiler/ir/Provenance.h"
#include "compiler/ir/Variants.h"
#include "compiler/passes/pruning/PruningSpec.h"
#include "compiler/passes/quantization/CacheSpec.h"
#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/pipeline/CodeSteps.h"
#include "compiler/pipeline/CountZeros.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/pipeline/FailedPass.h"
#include "compiler/pipeline/Pipelines.h"
#include "compiler/pipeline/Registration.h"
#include "compiler/support/AddressSpace.h"
#include "compiler/support/FileError.h"
#include "compiler/support/UsageError.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;

namespace llmc::pipeline {

static std::string nameOf(llvm::StringRef path, llvm::StringRef wanted) {
  llvm::StringRef stem = wanted.empty() ? llvm::sys::path::stem(path) : wanted;
  if (wanted.empty() && stem == "model") { // exporters call every file so; its folder tells which one
    llvm::StringRef folder = llvm::sys::path::filename(llvm::sys::path::parent_path(path));
    stem = folder.empty() || folder == "." || folder == ".." ? stem : folder;
  }
  std::string name;
  for (char c : stem)
    name += llvm::isAlnum(c) || c == '_' || c == '-' || c == '.' ? c : '_';
  return name;
}

// MLIR's own threads would do little for a graph in one function, and LLVM's pools end the process where a thread can't
// be had.
Compilation::Compilation(const CompileOptions &options, const codegen::Target &target, std::vector<TargetSpec> specs,
                         PluginSet plugins)
    : options(options), target(target), specs(std::move(specs)), plugins(std::move(plugins)),
      context(MLIRContext::Threading::DISABLED) {
  this->options.import.operators = this->plugins.operators();
  registerPasses();
  DialectRegistry registry;
  registerDialects(registry);
  this->plugins.addDialects(registry);
  context.appendDialectRegistry(registry);
  context.loadAllAvailableDialects();
}

llvm::Expected<std::unique_ptr<Compilation>> Compilation::create(const CompileOptions &options) {
  requireAddressSpace(); // the context of MLIR takes some, too
  const codegen::Target &target = *codegen::targets().front();
  auto levels = target.specs(options.cpuLevels, options.triple);
  if (!levels)
    return levels.takeError();
  if (llvm::Error error = refuseEmptyDims(options.import.dims))
    return std::move(error);
  auto variants = variantsOf(options.import.dims, options.dimSizes);
  if (!variants)
    return variants.takeError();
  for (const frontend::ImportedVariant &variant : *variants)
    if (llvm::Error error = refuseEmptyDims(variant.dims))
      return std::move(error);
  auto plugins = PluginSet::load(options.plugins);
  if (!plugins)
    return plugins.takeError();
  std::unique_ptr<Compilation> result(new Compilation(options, target, std::move(*levels), std::move(*plugins)));
  result->options.import.variants = std::move(*variants);
  result->filesRead = options.plugins;
  if (llvm::Error error = result->beginPhase(Phase::Import))
    return std::move(error);
  return result;
}

/// Why a model can't be loaded with the chosen dims: the choice itself, where the model is fine without it.
static llvm::Error
blameDims(llvm::Error error, const CompileOptions &options,
          llvm::function_ref<llvm::Expected<std::unique_ptr<Compilation>>(const CompileOptions &)> loadFreely) {
  if (options.import.dims.empty() && options.dimSizes.empty())
    return error;
  CompileOptions free = options;
  free.import.dims.clear();
  free.dimSizes.clear();
  auto compilation = loadFreely(free);
  if (!compilation) {
    llvm::consumeError(compilation.takeError());
    return error;
  }
  std::vector<ir::SymbolRange> symbols = (*compilation)->sizeRules().symbols;
  llvm::Error mistake = checkDims(options.import.dims, symbols);
  for (const frontend::ImportedVariant &variant : llvm::cantFail(variantsOf(options.import.dims, options.dimSizes)))
    if (!mistake)
      mistake = checkDims(variant.dims, symbols);
  if (!mistake)
    return error;
  llvm::consumeError(std::move(error));
  return mistake;
}

llvm::Expected<std::unique_ptr<Compilation>> Compilation::load(llvm::StringRef path, const CompileOptions &options) {
  auto result = create(options);
  if (!result)
    return result.takeError();
  llvm::SmallString<256> full(path);
  llvm::sys::fs::make_absolute(full);
  (*result)->name = nameOf(full, options.name);
  if (!options.name.empty() && (options.name != (*result)->name || options.name.front() == '.'))
    return usageError("no files can be called \"" + options.name +
                      "\"; try: a name of letters, digits, '_', '-' and '.'");
  if (llvm::Error error = (*result)->parse(path))
    return blameDims(std::move(error), options, [&](const CompileOptions &free) { return load(path, free); });
  return result;
}

llvm::Expected<std::unique_ptr<Compilation>>
Compilation::loadFromMemory(llvm::ArrayRef<uint8_t> bytes, llvm::StringRef folder, const CompileOptions &options) {
  auto result = create(options);
  if (!result)
    return result.takeError();
  (*result)->name = nameOf("", options.name);
  if (llvm::Error error = (*result)->import(frontend::OnnxModel::loadFromMemory(options.name, bytes, folder)))
    return blameDims(std::move(error), options,
                     [&](const CompileOptions &free) { return loadFromMemory(bytes, folder, free); });
  return result;
}

const char *nameOf(Phase phase) {
  constexpr const char *names[] = {"calibration", "import", "passes", "code", "weights", "link"};
  return names[static_cast<int>(phase)];
}

llvm::Error Compilation::beginPhase(Phase phase) {
  requireAddressSpace();
  if (options.cancelled())
    return llvm::make_error<CancelledError>();
  options.onProgress(phase, 0);
  return llvm::Error::success();
}

llvm::Error Compilation::parse(llvm::StringRef path) {
  file = path.str();
  filesRead.push_back(file);
  if (path.ends_with(".mlir")) {
    if (!options.dimSizes.empty())
      return usageError(path +
                        " holds the functions of its variants itself; try: without sizes in --dim, or an ONNX model");
    std::string folder = llvm::sys::path::parent_path(path).str();
    imported.weights = std::make_unique<ir::WeightStore>(folder.empty() ? "." : folder);
    auto text = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/true,
                                            /*IsVolatile=*/true); // read, not mapped: see InputFile
    if (!text)
      return fileError(text.getError(), "can't read " + path);
    llvm::SourceMgr sources;
    sources.AddNewSourceBuffer(std::move(*text), llvm::SMLoc());
    auto messages = messagesOf([&] {
      imported.module = parseSourceFile<ModuleOp>(sources, &context);
      return success(imported.module && (!function() || succeeded(codegen::checkInterface(function()))));
    });
    if (!messages)
      return llvm::Error::success();
    return llvm::createStringError(messages->empty() ? "reading " + path.str() + " failed" : *messages);
  }
  return import(frontend::OnnxModel::load(path));
}

llvm::Error Compilation::import(llvm::Expected<std::unique_ptr<frontend::OnnxModel>> model) {
  if (!model)
    return model.takeError();
  auto result = frontend::importOnnx(**model, context, options.import);
  if (!result)
    return result.takeError();
  imported = std::move(*result);
  source = std::move(*model);
  const frontend::ModelFiles &files = source->files();
  for (unsigned i = 1; i < files.size(); ++i)
    filesRead.push_back((files.dataFolder() + "/" + files.name(i)).str());
  return llvm::Error::success();
}

std::optional<std::string> Compilation::messagesOf(llvm::function_ref<LogicalResult()> action) {
  std::string messages;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != DiagnosticSeverity::Error)
      return success();
    std::string message = diagnostic.str();
    if (!llvm::StringRef(messages).contains(message)) // analyses say the same again
      messages += (messages.empty() ? "" : "; ") + message;
    return success();
  });
  return succeeded(action()) ? std::nullopt : std::optional<std::string>(messages);
}

llvm::Error Compilation::refuse(const std::string &reason) const {
  return llvm::make_error<RefusedError>((file.empty() ? name : file) + ": " + reason);
}

llvm::SmallVector<func::FuncOp> Compilation::functions() { return ir::variantsOf(module()); }

func::FuncOp Compilation::function() {
  auto all = functions();
  return all.empty() ? func::FuncOp() : all.front();
}

size_t Compilation::operationCount() {
  size_t count = 0;
  for (Block *block : ir::tensorBlocks(function()))
    count += llvm::count_if(*block, [](Operation &op) {
      return isa<ir::InferDimsInterface>(op) && !isa<ir::GetWeightOp, ir::ConstantOp>(op);
    });
  return count;
}

PipelineOptions Compilation::pipelineOptions() const {
  return {target.kernelRules(specs), options.cpuLevels, options.triple, /*records=*/true, options.decisions,
          options.quantization,      options.pruning,   options.probes, options.switches};
}

/// A pipeline that the user spells is exactly that; plugins join the default one.
llvm::Error Compilation::addPasses(PassManager &pm, Stage last) {
  if (options.pipeline == "default") {
    if (!options.decisions.empty()) // a file that can't be read is no fault of the model
      if (auto given = codegen::GivenSchedules::read(options.decisions, &context); !given)
        return given.takeError();
    if (auto spec = passes::parseQuantization(options.quantization); !spec)
      return spec.takeError();
    if (auto caches = passes::parseCaches(options.quantization); !caches)
      return caches.takeError();
    auto insertions = plugins.insertions();
    if (!insertions)
      return insertions.takeError();
    return addExtendedPipeline(pm, /*kernels=*/last != Stage::Ir, pipelineOptions(), *insertions);
  }
  if (!options.decisions.empty())
    return usageError("decisions are for the default pipeline; try: llmc-choose-schedules{given=" + options.decisions +
                      "} in your own");
  if (!options.quantization.empty())
    return usageError("quantization is for the default pipeline; try: llmc-quantize-products{rules=" +
                      llvm::join(options.quantization, ",") + "} in your own");
  if (!options.pruning.empty())
    return usageError("pruning is for the default pipeline; try: llmc-prune-channels{rules=" +
                      llvm::join(options.pruning, ",") + "} in your own");
  return addPassesOf(pm, options.pipeline);
}

void Compilation::mergeLevels() {
  std::vector<TargetSpec> kept;
  auto hasOwnLoops = [&](const TargetSpec &spec) {
    bool found = spec.bases.empty();
    module().walk([&](ir::KernelOp kernel) { found |= kernel.getSchedule(spec.level) != nullptr; });
    return found;
  };
  for (const TargetSpec &spec : specs) {
    TargetSpec level = *llvm::find_if(target.withBases(spec), hasOwnLoops);
    if (llvm::none_of(kept, [&](const TargetSpec &other) { return other.level == level.level; }))
      kept.push_back(std::move(level));
  }
  specs = std::move(kept);
}

ir::SizeRules Compilation::sizeRules() {
  OwningOpRef<ModuleOp> copy = module().clone();
  PassManager pm(&context);
  addSizeCheckPasses(pm);
  // A model for which they fail still has inputs with symbols; whoever compiles it gets the message.
  bool failed = messagesOf([&] { return pm.run(*copy); }).has_value();
  auto of = failed ? function() : ir::variantsOf(*copy).front();
  ir::DimAnalysis dims(of);
  return ir::readSizeRules(of, dims);
}

llvm::Error Compilation::watchPasses(llvm::function_ref<void()> run) {
  llvm::Error stopped = llvm::Error::success(); // then the passes that are left are skipped
  context.registerActionHandler([&](llvm::function_ref<void()> transform, const tracing::Action &action) {
    requireAddressSpace();
    if (auto *pass = dyn_cast<PassExecutionAction>(&action); pass && !stopped)
      stopped = options.cancelled() ? llvm::make_error<CancelledError>() : plugins.check(pass->getPass());
    if (!stopped)
      transform();
  });
  run();
  context.registerActionHandler(nullptr);
  return stopped;
}

/// Runs passes on the module or a copy of it.
llvm::Error Compilation::run(PassManager &pm, ModuleOp of) {
  FailedPass failedPass;
  failedPass.attach(pm);
  std::optional<std::string> messages;
  if (llvm::Error stopped = watchPasses([&] { messages = messagesOf([&] { return pm.run(of); }); }))
    return stopped;
  return messages ? refuse(failedPass.explain(*messages)) : llvm::Error::success();
}

/// Which weights pruning asks about, shows on a copy.
llvm::Error Compilation::countZerosOfWeights() {
  auto insertions = plugins.insertions();
  if (!insertions)
    return insertions.takeError();
  PipelineOptions untilPruned = pipelineOptions();
  untilPruned.endsPruned = true;
  PassManager pm(&context);
  if (llvm::Error error = addExtendedPipeline(pm, /*kernels=*/false, untilPruned, *insertions))
    return error;
  OwningOpRef<ModuleOp> copy = module().clone();
  if (llvm::Error error = run(pm, *copy))
    return error;
  return countZeros(*copy, module(), weights());
}

llvm::Error Compilation::runPasses(Stage last) {
  if (llvm::Error error = beginPhase(Phase::Passes))
    return error;
  PassManager pm(&context);
  options.onPassManager(pm);
  if (llvm::Error error = addPasses(pm, last))
    return error;
  if (!options.pruning.empty() && !llvm::cantFail(passes::PruningSpec::parse(options.pruning)).zeros.empty())
    if (llvm::Error error = countZerosOfWeights())
      return error;
  if (llvm::Error error = run(pm, module()))
    return error;
  if (last != Stage::Ir)
    mergeLevels();
  return llvm::Error::success();
}

/// Code is generated from kernels with a memory plan; what stands outside of them would silently not be computed.
static LogicalResult checkPlanned(func::FuncOp function) {
  for (Operation &op : function.getBody().front()) {
    if (isa<RegionBranchOpInterface>(op))
      return op.emitOpError(
          "is a branch or loop, and there is no code for those; try: decide it when the model is exported");
    if (isa<ir::InferDimsInterface>(op) && !isa<ir::LlmcDialect>(op.getDialect()))
      return op.emitOpError("of node ") << ir::describeNodes(op.getLoc())
                                        << " is left by the pipeline, and only operations of llmc become code; try: "
                                           "let the plugin's pass that rewrites it join the pipeline";
    auto kernel = dyn_cast<ir::KernelOp>(op);
    if (kernel ? !kernel.getPlaces() : isa<ir::InferDimsInterface>(op) && !isa<ir::ReshapeOp>(op))
      return op.emitOpError("is left without a kernel or a place in memory by the pipeline; try: end the "
                            "pipeline with llmc-kernels");
  }
  return success();
}

llvm::Expected<Compilation::LoweredLevels> Compilation::lowerLevels(llvm::ArrayRef<TargetSpec> levels,
                                                                    const codegen::NodeListing *listing,
                                                                    codegen::ModelFacts &facts) {
  if (llvm::Error error = beginPhase(Phase::Code))
    return std::move(error);
  codegen::WeightsLayout layout(module(), functions());
  LoweredLevels result;
  auto lowerAll = [&] {
    for (func::FuncOp each : functions())
      if (failed(checkPlanned(each)))
        return failure();
    for (const TargetSpec &level : levels) {
      requireAddressSpace();
      result.push_back(target.lower(functions(), level, layout, listing, facts));
      if (!result.back())
        return failure();
    }
    return success();
  };
  std::optional<std::string> messages;
  if (llvm::Error stopped = watchPasses([&] { messages = messagesOf(lowerAll); }))
    return std::move(stopped);
  if (messages)
    return refuse(messages->empty() ? "code generation failed" : *messages);
  facts.name = name;
  facts.triple = specs.front().triple;
  facts.dimChoices = dimTexts(options.import.dims, options.dimSizes);
  facts.quantization = options.quantization;
  facts.compiler = "llmc " LLMC_VERSION;
  for (auto &level : result)
    options.onLlvmModule(level->module());
  return result;
}

static codegen::CodeForm formOf(Stage stage) {
  if (stage == Stage::Llvm)
    return codegen::CodeForm::LlvmIr;
  return stage == Stage::Assembly ? codegen::CodeForm::Assembly : codegen::CodeForm::Object;
}

llvm::Expected<llvm::SmallVector<char, 0>> Compilation::emitCode(Stage stage) {
  codegen::ModelFacts facts;
  auto lowered = lowerLevels(specs.back(), /*listing=*/nullptr, facts);
  if (!lowered)
    return lowered.takeError();
  codegen::TargetCode &code = *lowered->front();
  CodeSteps steps(options, *lowered);
  code.optimize(steps);
  if (steps.stopped())
    return llvm::make_error<CancelledError>();
  auto bytes = code.emit(formOf(stage), steps);
  if (steps.stopped())
    return llvm::make_error<CancelledError>();
  return bytes;
}

} // namespace llmc::pipeline
