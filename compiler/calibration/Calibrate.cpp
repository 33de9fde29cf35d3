// Probes are results of a model like others, so what runs here is an artefact like others. Results of all pieces of the
// data are added up in their order.
#include "compiler/calibration/Calibrate.h"
#include "compiler/codegen/artefact/OutputFolder.h"
#include "compiler/execution/SampleData.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/support/UsageError.h"
#include "llvm/Support/Path.h"
#include <cmath>

using namespace mlir;

namespace llmc::calibration {
namespace {

/// Elements of a moment, summed over what was run.
using Sums = std::vector<std::vector<float>>;

class Calibration {
public:
  Calibration(execution::Load load, const pipeline::CompileOptions &options,
              llvm::ArrayRef<execution::GivenInput> inputs, pipeline::ProbesFor purpose,
              llvm::ArrayRef<ir::MeasuredMoments> before)
      : load(load), inputs(inputs), purpose(purpose), before(before), options(execution::optionsToRunHere(options)),
        onProgress(options.onProgress) {}

  llvm::Expected<ir::MeasuredMoments> run(int64_t mostBytes) {
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
    if (measured.list.empty())
      return std::move(measured);
    auto opened = InputFile::open(file->path());
    if (!opened)
      return opened.takeError();
    measured.file = std::move(*opened);
    return std::move(measured);
  }

private:
  /// As many of the moments that are left as memory may hold.
  llvm::Error measure(int64_t mostBytes, codegen::NewFile &file) {
    options.probes = {purpose, static_cast<int64_t>(measured.list.size()), mostBytes};
    auto compilation = load(options);
    if (!compilation)
      return compilation.takeError();
    auto data = dataFor(**compilation);
    if (!data)
      return data.takeError();
    ir::addMoments((*compilation)->module(), (*compilation)->weights(), before);
    if (llvm::Error error = (*compilation)->runPasses(pipeline::Stage::Kernels))
      return error;
    std::vector<ir::Moments> asked = momentsAsked((*compilation)->function());
    if (asked.empty())
      return llvm::Error::success();
    auto model = execution::openHere(std::move(*compilation), options.threads);
    if (!model)
      return model.takeError();
    auto sums = sumOver(*data, **model, asked);
    if (!sums)
      return sums.takeError();
    return keep(asked, *sums, file);
  }

  llvm::Expected<execution::SampleData> dataFor(pipeline::Compilation &compilation) {
    auto facts = execution::interfaceOf(compilation);
    if (!facts)
      return facts.takeError();
    return execution::SampleData::create(facts->inputs, compilation.sizeRules(), inputs, "the calibration data");
  }

  std::vector<ir::Moments> momentsAsked(func::FuncOp function) {
    std::vector<ir::Moments> asked;
    for (unsigned i = 0; i < function.getNumResults(); ++i) {
      ir::Moments &moments = asked.emplace_back();
      for (auto name : function.getResultAttrOfType<ArrayAttr>(i, ir::kMomentsOfAttr).getAsRange<StringAttr>())
        moments.weights.push_back(name.str());
      moments.size = cast<RankedTensorType>(function.getResultTypes()[i]).getDimSize(0);
    }
    auto notAdded = function->getAttrOfType<IntegerAttr>(ir::kProbesLeftAttr);
    left = notAdded ? notAdded.getInt() : 0;
    return asked;
  }

  llvm::Expected<Sums> sumOver(execution::SampleData &data, const execution::OpenModel &model,
                               llvm::ArrayRef<ir::Moments> asked) {
    Sums sums;
    for (const ir::Moments &moments : asked)
      sums.emplace_back(moments.size * moments.size);
    for (size_t i = 0; i < data.pieceCount(); ++i) {
      if (options.cancelled())
        return llvm::make_error<pipeline::CancelledError>();
      if (llvm::Error error = addRun(data.piece(i), model, sums))
        return std::move(error);
      double all = double(measured.list.size() + asked.size()) + double(left);
      onProgress(pipeline::Phase::Calibration,
                 (double(measured.list.size()) + double(asked.size()) * double(i + 1) / double(data.pieceCount())) /
                     all);
    }
    return sums;
  }

  static llvm::Error addRun(llvm::ArrayRef<llmc_tensor> values, const execution::OpenModel &model, Sums &sums) {
    auto outputs = model.run(values);
    if (!outputs)
      return usageError("the model can't be run on the calibration data: " + llvm::toString(outputs.takeError()) +
                        "; try: values of inputs as it takes them");
    for (auto [sum, output] : llvm::zip_equal(sums, *outputs))
      for (auto [to, from] : llvm::zip_equal(sum, llvm::ArrayRef(static_cast<const float *>(output.data), sum.size())))
        to += from;
    return llvm::Error::success();
  }

  llvm::Error keep(std::vector<ir::Moments> &asked, const Sums &sums, codegen::NewFile &file) {
    for (auto [moments, sum] : llvm::zip_equal(asked, sums)) {
      if (!llvm::all_of(sum, [](float value) { return std::isfinite(value); }))
        return usageError("with the calibration data, what is multiplied with weight @" + moments.weights.front() +
                          " is not finite; try: values as the model meets them when it is used");
      moments.offset = bytesKept;
      llvm::StringRef bytes(reinterpret_cast<const char *>(sum.data()), sum.size() * sizeof(float));
      if (llvm::Error error = file.write(bytes, bytesKept))
        return error;
      bytesKept += bytes.size();
      measured.list.push_back(std::move(moments));
    }
    return llvm::Error::success();
  }

  execution::Load load;
  llvm::ArrayRef<execution::GivenInput> inputs;
  pipeline::ProbesFor purpose;
  llvm::ArrayRef<ir::MeasuredMoments> before; // of what is done to the model first
  pipeline::CompileOptions options;
  std::function<void(pipeline::Phase, double)> onProgress;
  ir::MeasuredMoments measured;
  uint64_t bytesKept = 0;
  int64_t left = 0; // moments that are asked for, and have not been measured
};

} // namespace

llvm::Expected<std::vector<ir::MeasuredMoments>> calibrate(execution::Load load,
                                                           const pipeline::CompileOptions &options,
                                                           llvm::ArrayRef<execution::GivenInput> inputs,
                                                           int64_t mostBytes) {
  using pipeline::ProbesFor;
  std::vector<ProbesFor> purposes;
  if (!options.pruning.empty())
    purposes.push_back(ProbesFor::Pruning);
  if (!options.quantization.empty())
    purposes.push_back(ProbesFor::Quantization);
  if (purposes.empty())
    return usageError("calibration data are for quantization and pruning; try: --quantize int4 with them");
  if (options.pipeline != "default")
    return usageError("calibration is for the default pipeline; try: without a pipeline of your own");
  std::vector<ir::MeasuredMoments> measured;
  for (auto [part, purpose] : llvm::enumerate(purposes)) {
    pipeline::CompileOptions own = execution::partOfCalibration(options, part, purposes.size());
    auto moments = Calibration(load, own, inputs, purpose, measured).run(mostBytes);
    if (!moments)
      return moments.takeError();
    if (!moments->list.empty())
      measured.push_back(std::move(*moments));
  }
  return measured;
}

} // namespace llmc::calibration
