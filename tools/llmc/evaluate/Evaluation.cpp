#include "tools/llmc/evaluate/Evaluation.h"
#include "compiler/evaluation/Judge.h"
#include "compiler/support/UsageError.h"
#include "tools/llmc/ApiTensors.h"
#include "tools/llmc/LoadedModel.h"
#include "tools/llmc/ModelFolder.h"
#include "tools/llmc/ModelInputs.h"
#include "tools/llmc/tensors/TensorFiles.h"

namespace llmc::tools {
namespace {

/// A model, and the folder or library that it comes from.
struct Subject {
  ModelFolder folder;
  std::unique_ptr<LoadedModel> model;
};

llvm::Expected<Subject> openSubject(const std::string &path, const EvaluationRequest &request) {
  auto folder = ModelFolder::open(path, request.compile);
  if (!folder)
    return folder.takeError();
  auto model = LoadedModel::open(folder->path(), request.threads);
  if (!model)
    return model.takeError();
  return Subject{std::move(*folder), std::move(*model)};
}

bool areAlike(llvm::ArrayRef<TensorDeclaration> some, llvm::ArrayRef<TensorDeclaration> others) {
  return some.size() == others.size() && llvm::all_of(llvm::zip_equal(some, others), [](auto pair) {
           const auto &[a, b] = pair;
           return a.name == b.name && a.dtype == b.dtype;
         });
}

/// One evaluation from beginning to end.
class Evaluating {
public:
  explicit Evaluating(const EvaluationRequest &request) : request(request) {}

  llvm::Expected<Evaluation> run() {
    if (llvm::Error error = openModels())
      return std::move(error);
    if (llvm::Error error = gather())
      return std::move(error);
    auto data = execution::SampleData::create(declared, want->model->sizes(), given, "the data");
    if (!data)
      return data.takeError();
    auto judge = evaluation::Judge::create(want->model->open(), want->model->inputs(), want->model->outputs(),
                                           std::move(*data), {request.mask});
    if (!judge)
      return judge.takeError();
    auto agreements = judge->judge(got->model->open(), {}, 1,
                                   [&](const evaluation::JudgedPiece &piece) { return scoreLabels(piece); });
    if (!agreements)
      return agreements.takeError();
    result.outputs = std::move(*agreements);
    return std::move(result);
  }

private:
  llvm::Error openModels() {
    auto opened = openSubject(request.model, request), other = openSubject(request.against, request);
    if (!opened || !other)
      return llvm::joinErrors(opened ? llvm::Error::success() : opened.takeError(),
                              other ? llvm::Error::success() : other.takeError());
    got.emplace(std::move(*opened));
    want.emplace(std::move(*other));
    auto ours = got->model->interfaceOfFloats(), theirs = want->model->interfaceOfFloats();
    if (!areAlike(ours.first, theirs.first) || !areAlike(ours.second, theirs.second))
      return usageError(request.model + " and " + request.against +
                        " have other inputs or outputs; try: the model that the artefact was made of");
    result.model = got->model->info().name;
    result.against = request.against;
    result.cpu = got->model->info().cpu;
    return llvm::Error::success();
  }

  /// Values of inputs, and behind them those of labels.
  llvm::Error gather() {
    declared = want->model->inputs();
    InputRequest wanted = {request.data, {}, /*random=*/false, {}};
    wanted.remedy = "a file for --data that holds it";
    if (!request.labels.empty())
      wanted.besides.push_back(request.labels);
    auto gathered = gatherInputs(declared, want->model->sizes(), wanted);
    if (!gathered)
      return gathered.takeError();
    tensors = std::move(*gathered);
    if (!request.next.empty())
      if (llvm::Error error = addNext())
        return error;
    if (!request.labels.empty())
      if (llvm::Error error = addLabels())
        return error;
    result.samples = tensors.empty() || tensors.front().shape.empty() ? 1 : tensors.front().shape.front();
    for (auto [declaration, tensor] : llvm::zip_equal(declared, tensors))
      given.push_back({declaration.name, viewOf(tensor)});
    return llvm::Error::success();
  }

  llvm::Error addNext() {
    auto input = llvm::find_if(declared, [&](const TensorDeclaration &each) { return each.name == request.next; });
    if (input == declared.end())
      return usageError("--next " + request.next + " is no input of the model; try: the input that holds its tokens");
    scored.push_back({static_cast<size_t>(input - declared.begin()), /*isNext=*/true});
    return llvm::Error::success();
  }

  /// Labels are cut into pieces like inputs.
  llvm::Error addLabels() {
    auto stored = readTensorFile(request.data);
    if (!stored)
      return stored.takeError();
    auto found = llvm::find_if(*stored, [&](const HostTensor &tensor) { return tensor.name == request.labels; });
    if (found == stored->end())
      return usageError(request.data + " holds no \"" + request.labels + "\"; try: the name of the labels in it");
    TensorDeclaration labels = {request.labels, found->dtype, found->shape, {}};
    for (int64_t dim : found->shape)
      labels.dimTexts.push_back(std::to_string(dim));
    if (!declared.empty() && !declared.front().dims.empty() && !labels.dims.empty()) {
      labels.dims.front() = declared.front().dims.front();
      labels.dimTexts.front() = declared.front().dimTexts.front();
    }
    scored.push_back({declared.size(), /*isNext=*/false});
    declared.push_back(std::move(labels));
    tensors.push_back(std::move(*found));
    return llvm::Error::success();
  }

  /// By the first output that has a row for each label.
  llvm::Error scoreLabels(const evaluation::JudgedPiece &piece) {
    result.labels.resize(scored.size(), {{}, {}, evaluation::LabelScore(false), evaluation::LabelScore(false)});
    for (auto [place, comparison] : llvm::zip_equal(scored, result.labels)) {
      const llmc_tensor &labels = piece.values[place.value];
      auto logits = llvm::find_if(
          piece.want, [&](const llmc_tensor &output) { return evaluation::LabelScore::fits(output, labels); });
      if (logits == piece.want.end())
        return usageError("no output has a row for each of \"" + declared[place.value].name +
                          "\", which are to be whole numbers, i32 or i64; try: labels with the sizes of an output "
                          "but for the last");
      size_t output = static_cast<size_t>(logits - piece.want.begin());
      if (comparison.labels.empty())
        comparison = {declared[place.value].name, want->model->outputs()[output].name,
                      evaluation::LabelScore(place.isNext), evaluation::LabelScore(place.isNext)};
      if (llvm::Error error = comparison.got.add(piece.got[output], labels, piece.counted[output]))
        return error;
      if (llvm::Error error = comparison.want.add(piece.want[output], labels, piece.counted[output]))
        return error;
    }
    return llvm::Error::success();
  }

  struct Scored {
    size_t value; // which of the data
    bool isNext;
  };

  const EvaluationRequest &request;
  std::optional<Subject> got, want;
  std::vector<TensorDeclaration> declared; // inputs, and labels
  std::vector<HostTensor> tensors;
  std::vector<execution::GivenInput> given;
  std::vector<Scored> scored;
  Evaluation result;
};

} // namespace

llvm::Expected<Evaluation> evaluate(const EvaluationRequest &request) { return Evaluating(request).run(); }

} // namespace llmc::tools
