// Probes are results of a model like others, so what runs here is an artefact like others. Results of all pieces of the
// data are merged in their order.
#include "compiler/calibration/Calibrate.h"
#include "compiler/calibration/Merge.h"
#include "compiler/codegen/artefact/OutputFolder.h"
#include "compiler/execution/SampleData.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/support/UsageError.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace mlir;

namespace llmc::calibration {
namespace {

/// What was measured, and its elements over all that was run.
struct Gathered {
  ir::Measurement what;
  std::vector<float> values; // none before the first run
};

class Calibration {
public:
  Calibration(execution::Load load, const pipeline::CompileOptions &options,
              llvm::ArrayRef<execution::GivenInput> inputs, pipeline::ProbesFor purpose,
              llvm::ArrayRef<ir::Measurements> before)
      : load(load), inputs(inputs), purpose(purpose), before(before), options(execution::optionsToRunHere(options)),
        onProgress(options.onProgress) {}

  llvm::Expected<ir::Measurements> run(int64_t mostBytes) {
    onProgress(pipeline::Phase::Calibration, 0);
    llvm::SmallString<128> path;
    llvm::sys::path::system_temp_directory(/*ErasedOnReboot=*/true, path);
    auto folder = codegen::OutputFolder::open(path);
    if (!folder)
      return folder.takeError();
    auto file = folder->newFile("calibration");
    if (!file)
      return file.takeError();
    for (left = 1; left > 0;)
      if (llvm::Error error = measure(mostBytes, *file))
        return std::move(error);
    if (measured.list.empty()) // numbers alone need none
      return std::move(measured);
    auto opened = InputFile::open(file->path());
    if (!opened)
      return opened.takeError();
    measured.file = std::move(*opened);
    return std::move(measured);
  }

private:
  /// As much of what is left as memory may hold.
  llvm::Error measure(int64_t mostBytes, codegen::NewFile &file) {
    options.probes = {purpose, static_cast<int64_t>(measured.count()), mostBytes};
    auto compilation = load(options);
    if (!compilation)
      return compilation.takeError();
    auto data = dataFor(**compilation);
    if (!data)
      return data.takeError();
    ir::addMeasurements((*compilation)->module(), (*compilation)->weights(), before);
    if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
      return error;
    std::vector<Gathered> asked = askedOf((*compilation)->function());
    if (asked.empty())
      return llvm::Error::success();
    auto model = execution::openHere(std::move(*compilation), options.threads);
    if (!model)
      return model.takeError();
    if (llvm::Error error = runAll(*data, **model, asked))
      return error;
    return keep(asked, file);
  }

  llvm::Expected<execution::SampleData> dataFor(pipeline::Compilation &compilation) {
    auto facts = execution::interfaceOf(compilation);
    if (!facts)
      return facts.takeError();
    return execution::SampleData::create(facts->inputs, compilation.sizeRules(), inputs, "the calibration data");
  }

  std::vector<Gathered> askedOf(func::FuncOp function) {
    std::vector<Gathered> asked;
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      for (ir::Measure measure : ir::kMeasures)
        if (auto names = function.getResultAttrOfType<ArrayAttr>(i, ir::resultAttributeOf(measure))) {
          ir::Measurement &what = asked.emplace_back(Gathered{{measure, {}, 0, 0}, {}}).what;
          for (auto name : names.getAsRange<StringAttr>())
            what.weights.push_back(name.str());
          what.size = cast<RankedTensorType>(function.getResultTypes()[i]).getShape().back();
        }
    auto notAdded = function->getAttrOfType<IntegerAttr>(ir::kProbesLeftAttr);
    left = notAdded ? notAdded.getInt() : 0;
    return asked;
  }

  llvm::Error runAll(execution::SampleData &data, const execution::OpenModel &model, std::vector<Gathered> &asked) {
    for (size_t i = 0; i < data.pieceCount(); ++i) {
      if (options.cancelled())
        return llvm::make_error<pipeline::CancelledError>();
      if (llvm::Error error = run(data.piece(i), model, asked))
        return error;
      double all = double(measured.count() + asked.size()) + double(left);
      onProgress(pipeline::Phase::Calibration,
                 (double(measured.count()) + double(asked.size()) * double(i + 1) / double(data.pieceCount())) / all);
    }
    return llvm::Error::success();
  }

  static llvm::Error run(llvm::ArrayRef<llmc_tensor> values, const execution::OpenModel &model,
                         std::vector<Gathered> &asked) {
    auto outputs = model.run(values);
    if (!outputs)
      return usageError("the model can't be run on the calibration data: " + llvm::toString(outputs.takeError()) +
                        "; try: values of inputs as it takes them");
    for (auto [each, output] : llvm::zip_equal(asked, *outputs)) {
      int64_t count = ShapedType::getNumElements(ir::shapeOf(each.what.measure, each.what.size));
      merge(each.what.measure, each.what.size, {static_cast<const float *>(output.data), static_cast<size_t>(count)},
            each.values);
    }
    return llvm::Error::success();
  }

  llvm::Error keep(std::vector<Gathered> &asked, codegen::NewFile &file) {
    for (Gathered &each : asked) {
      bool isChange = each.what.measure == ir::Measure::Changes;
      if (!llvm::all_of(each.values, [](float value) { return std::isfinite(value); }))
        return usageError("with the calibration data, what " +
                          llvm::Twine(isChange ? "goes through " : "is multiplied with weight @") +
                          each.what.weights.front() +
                          " is not finite; try: values as the model meets them when it is used");
      if (isChange) {
        float rows = each.values[ir::kChangeCount];
        measured.changes.push_back(rows > 0 ? double(each.values[ir::kChangeSum]) / double(rows) : 0);
        continue;
      }
      each.what.offset = bytesKept;
      llvm::StringRef bytes(reinterpret_cast<const char *>(each.values.data()), each.values.size() * sizeof(float));
      if (llvm::Error error = file.write(bytes, bytesKept))
        return error;
      bytesKept += bytes.size();
      measured.list.push_back(std::move(each.what));
    }
    return llvm::Error::success();
  }

  execution::Load load;
  llvm::ArrayRef<execution::GivenInput> inputs;
  pipeline::ProbesFor purpose;
  llvm::ArrayRef<ir::Measurements> before; // of what is done to the model first
  pipeline::CompileOptions options;
  std::function<void(pipeline::Phase, double)> onProgress;
  ir::Measurements measured;
  uint64_t bytesKept = 0;
  int64_t left = 0; // measurements that are asked for, and have not been made
};

} // namespace

llvm::Expected<std::vector<ir::Measurements>> calibrate(execution::Load load, const pipeline::CompileOptions &options,
                                                        llvm::ArrayRef<execution::GivenInput> inputs,
                                                        int64_t mostBytes) {
  auto purposes = pipeline::purposesOf(options.pruning, options.quantization);
  if (!purposes)
    return purposes.takeError();
  if (purposes->empty())
    return usageError("calibration data are for quantization and pruning; try: --quantize int4 with them");
  if (options.pipeline != "default")
    return usageError("calibration is for the default pipeline; try: without a pipeline of your own");
  std::vector<ir::Measurements> measured;
  for (auto [part, purpose] : llvm::enumerate(*purposes)) {
    pipeline::CompileOptions own = execution::partOfCalibration(options, part, purposes->size());
    auto one = Calibration(load, own, inputs, purpose, measured).run(mostBytes);
    if (!one)
      return one.takeError();
    if (one->count() > 0)
      measured.push_back(std::move(*one));
  }
  return measured;
}

} // namespace llmc::calibration
