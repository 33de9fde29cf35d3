#include "compiler/evaluation/Judge.h"
#include "compiler/execution/TensorRows.h"
#include "compiler/pipeline/ErrorKind.h"
#include "compiler/support/UsageError.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::evaluation {

using namespace execution;
namespace {

/// Outputs that are wanted are computed once where they take no more.
constexpr size_t kMostKeptBytes = size_t(1) << 30;

bool hasSameSizes(const llmc_tensor &a, const llmc_tensor &b) {
  return a.dtype == b.dtype && llvm::ArrayRef(a.dims, a.rank) == llvm::ArrayRef(b.dims, b.rank);
}

/// The first sizes of the output are those of the mask, whatever they are.
bool masks(const codegen::TensorFacts &mask, const codegen::TensorFacts &output) {
  llvm::ArrayRef<std::string> sizes = mask.dimTexts, all = output.dimTexts;
  return all.size() > sizes.size() && all.take_front(sizes.size()) == sizes;
}

bool isSet(const llmc_tensor &mask, size_t index) {
  size_t bytes = findElementType(mask.dtype)->bits / 8;
  auto *element = static_cast<const char *>(mask.data) + index * bytes;
  return std::any_of(element, element + bytes, [](char byte) { return byte != 0; });
}

llvm::Error cantRun(llvm::Error error) {
  return usageError("the model can't be run on the data: " + llvm::toString(std::move(error)) +
                    "; try: values of inputs as it takes them");
}

} // namespace

Judge::Kept::Kept(const llmc_tensor &output) : dims(output.dims, output.dims + output.rank), tensor(output) {
  auto *data = static_cast<const char *>(output.data);
  bytes.assign(data, data + bytesIn(output));
  tensor.dims = dims.data();
  tensor.data = bytes.data();
}

llvm::Expected<Judge> Judge::create(const execution::OpenModel &wanted, llvm::ArrayRef<codegen::TensorFacts> inputs,
                                    llvm::ArrayRef<codegen::TensorFacts> outputs, execution::SampleData data,
                                    JudgeOptions options) {
  Judge judge(wanted, std::move(data), std::move(options));
  judge.inputs.assign(inputs.begin(), inputs.end());
  for (const codegen::TensorFacts &output : outputs)
    judge.names.push_back(output.name);
  judge.isMasked.resize(outputs.size());
  judge.kept.resize(judge.data.pieceCount());
  llvm::StringRef mask = judge.options.mask;
  if (mask.empty())
    return judge;
  auto found = llvm::find_if(inputs, [&](const codegen::TensorFacts &input) { return input.name == mask; });
  if (found == inputs.end())
    return usageError("the mask \"" + mask + "\" is no input of the model; try: one of those that llmc inspect tells");
  judge.mask = static_cast<size_t>(found - inputs.begin());
  for (auto [index, output] : llvm::enumerate(outputs))
    judge.isMasked[index] = masks(*found, output);
  if (!llvm::is_contained(judge.isMasked, true))
    return usageError("no output begins with the sizes of the mask \"" + mask +
                      "\"; try: an input that says which positions are words, and which are padding");
  return judge;
}

llvm::StringMap<int64_t> Judge::sizes() {
  llvm::StringMap<int64_t> sizes;
  std::vector<llmc_tensor> values = data.piece(0);
  for (auto [input, value] : llvm::zip_first(inputs, values))
    for (auto [text, dim] : llvm::zip_equal(input.dimTexts, llvm::ArrayRef(value.dims, value.rank)))
      sizes[text] = dim;
  return sizes;
}

/// Which rows of an output count.
static std::vector<bool> countedRows(const llmc_tensor &mask, const llmc_tensor &output) {
  size_t positions = elementCount(mask), rows = 1;
  for (uint32_t axis = 0; axis + 1 < output.rank; ++axis)
    rows *= static_cast<size_t>(output.dims[axis]);
  std::vector<bool> counted(rows);
  for (size_t row = 0; row < rows; ++row)
    counted[row] = isSet(mask, row / (rows / positions));
  return counted;
}

llvm::Expected<const Judge::Outputs *> Judge::wantedOf(size_t piece, llvm::ArrayRef<llmc_tensor> values) {
  if (!kept[piece].empty())
    return &kept[piece];
  std::vector<llmc_tensor> all(values.begin(), values.end());
  llvm::append_range(all, options.more);
  auto run = wanted->run(all);
  if (!run)
    return cantRun(run.takeError());
  size_t bytes = 0;
  for (const llmc_tensor &output : *run)
    bytes += bytesIn(output);
  bool hasRoom = keptBytes + bytes <= kMostKeptBytes;
  keptBytes += hasRoom ? bytes : 0;
  Outputs &outputs = hasRoom ? kept[piece] : unkept;
  outputs.clear();
  for (const llmc_tensor &output : *run)
    outputs.push_back(std::make_unique<Kept>(output));
  return &outputs;
}

llvm::Error Judge::judgePiece(size_t piece, const execution::OpenModel &model, llvm::ArrayRef<llmc_tensor> more,
                              std::vector<Agreement> &agreements, const Look &look) {
  std::vector<llmc_tensor> all = data.piece(piece), values(all.begin(), all.begin() + inputs.size());
  auto outputs = wantedOf(piece, values);
  if (!outputs)
    return outputs.takeError();
  std::vector<llmc_tensor> want;
  for (const auto &output : **outputs)
    want.push_back(output->tensor);
  llvm::append_range(values, more);
  auto got = model.run(values);
  if (!got)
    return cantRun(got.takeError());
  std::vector<std::vector<bool>> counted(want.size());
  for (size_t i = 0; i < want.size(); ++i) {
    if (!hasSameSizes((*got)[i], want[i]))
      return usageError("output \"" + names[i] +
                        "\" has other sizes or another type than what it is compared with; "
                        "try: a model that was made of the same graph");
    if (isMasked[i])
      counted[i] = countedRows(all[*mask], want[i]);
    agreements[i].add((*got)[i], want[i], counted[i]);
  }
  return look({all, *got, want, counted});
}

llvm::Expected<std::vector<Agreement>> Judge::judge(const execution::OpenModel &model, llvm::ArrayRef<llmc_tensor> more,
                                                    size_t step, const Look &look) {
  std::vector<Agreement> agreements;
  for (const std::string &name : names)
    agreements.emplace_back(name);
  for (size_t piece = 0; piece < data.pieceCount(); piece += step) {
    if (options.cancelled())
      return llvm::make_error<pipeline::CancelledError>();
    if (llvm::Error error = judgePiece(piece, model, more, agreements, look))
      return std::move(error);
  }
  return agreements;
}

} // namespace llmc::evaluation
