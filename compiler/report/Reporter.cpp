#include "compiler/report/Reporter.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/support/Version.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

namespace llmc::report {
namespace {

/// The share of a weight's numbers that are zero.
llvm::Expected<double> zerosOf(ir::WeightOp weight, ir::WeightStore &store) {
  auto tensor = reference::evaluateWeight(weight, store);
  if (!tensor)
    return tensor.takeError();
  int64_t zeros = 0;
  reference::dispatchFloat(tensor->kind(), [&](auto element) {
    zeros = llvm::count_if(tensor->values<decltype(element)>(),
                           [](auto number) { return static_cast<float>(number) == 0; });
  });
  return double(zeros) / double(tensor->elementCount());
}

bool isOfFloats(const Layer &layer) {
  return layer.precision == "f32" || layer.precision == "f16" || layer.precision == "f64";
}

/// A product whose weight is codes.
bool isEncoded(const Layer &layer) {
  return llvm::StringRef(layer.precision).starts_with("int") && layer.kind == "product";
}

/// Whether a machine like this one runs the artefact.
bool isForThisMachine(const pipeline::CompileOptions &options) {
  return options.triple.empty() ||
         llvm::Triple(options.triple).getArch() == llvm::Triple(llvm::sys::getDefaultTargetTriple()).getArch();
}

} // namespace

llvm::Error Reporter::study(execution::Load load, const pipeline::CompileOptions &options,
                            llvm::ArrayRef<ir::Measurements> measured, const Opened &opened) {
  isQuantized = !options.quantization.empty();
  bool isChanged = isQuantized || !options.pruning.empty();
  tellMissing(options, opened);
  if (!isChanged && !opened.baseline)
    return llvm::Error::success();
  auto compilation = load(execution::floatsToRunHere(options));
  if (!compilation)
    return compilation.takeError();
  if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
    return error;
  floats = layersOf(**compilation);
  if (isChanged)
    facts.floatWeightBytes = floats->weightBytes;
  if (!opened.baseline)
    return llvm::Error::success();
  facts.samples = opened.samples;
  if (opened.mixture) {
    budgetText = opened.budget->text();
    keptByBudget = opened.mixture->floats;
  }
  auto ran = runAll({load, options, measured, *opened.baseline, opened.switched, opened.budget, opened.mixture, *floats,
                     isChanged, isForThisMachine(options)});
  if (!ran)
    return ran.takeError();
  runs = std::move(*ran);
  return llvm::Error::success();
}

void Reporter::tellMissing(const pipeline::CompileOptions &options, const Opened &opened) {
  bool isChanged = isQuantized || !options.pruning.empty();
  if (!opened.baseline)
    facts.missing.push_back(std::string(isChanged ? "Errors and times" : "Times") +
                            " are measured on data: --calibration FILE.npz, --inputs FILE.npz, or --random.");
  else if (!isForThisMachine(options))
    facts.missing.push_back("Times: the code is for " + options.triple + ", which is not this machine.");
}

void Reporter::watch(pipeline::CompileOptions &options) {
  options.onRecipeValue = [this](mlir::Value value, const reference::Tensor &tensor) { roundings.see(value, tensor); };
}

llvm::Error Reporter::describe(pipeline::Compilation &compilation) {
  ModelLayers layers = layersOf(compilation, &weights);
  facts.weightBytes = layers.weightBytes;
  facts.otherBytes = layers.otherBytes;
  facts.layers = std::move(layers.list);
  for (auto [layer, weight] : llvm::zip_equal(facts.layers, weights)) {
    describeLayer(layer);
    if (!weight.inModel || weight.inModel.hasRecipe() ||
        !llvm::isa<mlir::FloatType>(weight.inModel.getTensorType().getElementType()))
      continue;
    auto zeros = zerosOf(weight.inModel, compilation.weights());
    if (!zeros)
      return zeros.takeError();
    layer.zeros = *zeros;
  }
  addTimes();
  return llvm::Error::success();
}

void Reporter::describeLayer(Layer &layer) {
  if (const Layer *wide = floats && facts.floatWeightBytes ? floats->find(layer.nodes) : nullptr) {
    layer.floatPrecision = wide->precision;
    layer.floatBytes = wide->bytes;
  }
  if (isQuantized && isOfFloats(layer)) {
    if (haveCommonNode(keptByBudget, layer.nodes))
      layer.whyFloats = "it costs too much accuracy for " + budgetText;
    else if (layer.kind == "convolution")
      layer.whyFloats = "convolutions stay floats";
  }
  if (runs && !isOfFloats(layer))
    for (const Runs::Alone &each : runs->alone)
      if (haveCommonNode(each.nodes, layer.nodes))
        layer.alone = each.distance;
}

/// From the layers of the code that ran to those of the artefact.
void Reporter::addTimes() {
  if (!runs)
    return;
  facts.curve = std::move(runs->curve);
  if (!runs->times)
    return;
  facts.times = runs->times;
  facts.times->layers.assign(facts.layers.size(), {});
  for (auto [layer, duration] : llvm::zip_equal(facts.layers, facts.times->layers))
    if (const Layer *timed = runs->timed.find(layer.nodes))
      duration = runs->times->layers[static_cast<size_t>(timed - runs->timed.list.data())];
}

llvm::Error Reporter::write(const pipeline::Compilation::WrittenArtefact &artefact) {
  const codegen::ModelFacts &model = artefact.facts;
  facts.model = model.name;
  facts.compiler = LLMC_VERSION_TEXT;
  facts.target = model.triple;
  for (const codegen::LevelFacts &level : model.levels)
    facts.levels.push_back(level.name);
  for (const codegen::ArtefactFile &each : artefact.files)
    facts.files.push_back({each.name, each.bytes});
  for (const codegen::TensorFacts &output : model.outputs) {
    Output &told = facts.outputs.emplace_back(Output{output.name, {}});
    if (runs)
      for (const Output &each : runs->outputs)
        if (each.name == output.name)
          told.distance = each.distance;
  }
  for (auto [layer, weight] : llvm::zip_equal(facts.layers, weights))
    if (weight.stored)
      layer.rounding = roundings.of(weight.stored);
  bool isCalibrated = facts.samples && facts.samples->option == "calibration";
  if (!isCalibrated &&
      llvm::any_of(facts.layers, [](const Layer &layer) { return layer.rounding && isEncoded(layer); }))
    facts.missing.push_back(
        "What compensation wins back: without --calibration FILE.npz each number of a weight is rounded by itself.");
  return file.write(facts);
}

} // namespace llmc::report
