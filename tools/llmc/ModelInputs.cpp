// Matches tensors to inputs by name or by number.
#include "tools/llmc/ModelInputs.h"
#include "compiler/ir/DimExpr.h"
#include "compiler/pipeline/DimChoice.h"
#include "compiler/support/UsageError.h"
#include "llmc/dtype.h"
#include "tools/llmc/tensors/FillRandom.h"
#include "tools/llmc/tensors/TensorFiles.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include <map>

namespace llmc::tools {

namespace {

using Found = std::map<std::string, HostTensor>;

llvm::Error readFile(llvm::ArrayRef<TensorDeclaration> inputs, const std::string &file, Found &found) {
  if (llvm::sys::fs::is_directory(file)) {
    auto tensors = readTensorDirectory(file, "input");
    if (!tensors)
      return tensors.takeError();
    if (tensors->size() > inputs.size())
      return llvm::createStringError(file + " holds " + std::to_string(tensors->size()) + " inputs but the model has " +
                                     std::to_string(inputs.size()));
    for (auto [tensor, input] : llvm::zip(*tensors, inputs))
      found[input.name] = tensor;
    return llvm::Error::success();
  }
  auto tensors = readTensorFile(file);
  if (!tensors)
    return tensors.takeError();
  auto isInput = [&](llvm::StringRef name) {
    return llvm::any_of(inputs, [&](const TensorDeclaration &input) { return input.name == name; });
  };
  for (HostTensor &tensor : partOf(std::move(*tensors), "in:", isInput))
    found[tensor.name] = std::move(tensor);
  return llvm::Error::success();
}

llvm::Error readSingle(llvm::StringRef text, Found &found) {
  auto [name, file] = text.split('=');
  if (name.empty() || file.empty())
    return usageError("--input " + text + " is not understood; try: --input NAME=FILE.npy");
  auto tensors = readTensorFile(file);
  if (!tensors)
    return tensors.takeError();
  if (tensors->size() != 1)
    return llvm::createStringError(file + " holds " + std::to_string(tensors->size()) + " tensors; one is needed");
  found[name.str()] = std::move(tensors->front());
  return llvm::Error::success();
}

/// What --dim says, checked against the symbols that the inputs have.
llvm::Expected<pipeline::DimChoice> chosenDims(const ir::SizeRules &rules, const InputRequest &request) {
  pipeline::DimChoice chosen;
  for (const std::string &dim : request.dims)
    if (llvm::Error error = pipeline::parseDim(dim, chosen))
      return std::move(error);
  if (llvm::Error error = pipeline::checkDims(chosen, rules.symbols))
    return std::move(error);
  return chosen;
}

using Sizes = llvm::StringMap<int64_t>;

/// Sizes that inputs of files have, for those that are made up beside them.
void addGivenSizes(llvm::ArrayRef<TensorDeclaration> inputs, const Found &found, Sizes &sizes) {
  for (const TensorDeclaration &input : inputs) {
    auto given = found.find(input.name);
    if (given == found.end() || given->second.shape.size() != input.dimTexts.size())
      continue;
    for (auto [size, text] : llvm::zip(given->second.shape, input.dimTexts))
      if (auto formula = ir::DimExpr::parse(text); formula && !formula->symbolName().empty())
        sizes.try_emplace(formula->symbolName(), size);
  }
}

/// Sizes that nobody chose are small and differ, so that mixed-up axes show.
Sizes chooseSizes(const ir::SizeRules &rules, const pipeline::DimChoice &chosen, const Sizes &given,
                  int64_t usualSize) {
  Sizes fixed = given;
  for (const auto &entry : chosen)
    if (entry.second.first == entry.second.second)
      fixed[entry.first()] = entry.second.first;
  return ir::exampleSizes(rules, fixed, [&](llvm::StringRef name) -> int64_t {
    int64_t usual = name.contains("batch") ? 1 : usualSize;
    auto range = chosen.find(name);
    return range == chosen.end() ? usual : std::clamp(usual, range->second.first, range->second.second);
  });
}

llvm::Expected<HostTensor> makeRandom(const TensorDeclaration &input, const Sizes &sizes, uint64_t seed) {
  std::vector<int64_t> shape;
  for (auto [size, text] : llvm::zip(input.dims, input.dimTexts)) {
    auto formula = ir::DimExpr::parse(text);
    auto lookup = [&](llvm::StringRef name) -> std::optional<int64_t> {
      auto found = sizes.find(name);
      return found == sizes.end() ? std::nullopt : std::optional<int64_t>(found->second);
    };
    auto value = formula ? formula->evaluate(lookup) : std::nullopt;
    shape.push_back(size >= 0 ? size : value.value_or(1));
  }
  auto tensor = HostTensor::create(input.dtype, shape);
  if (tensor)
    fillRandom(*tensor, seed, defaultRandomRange(input.dtype));
  return tensor;
}

} // namespace

llvm::Expected<std::vector<HostTensor>> gatherInputs(llvm::ArrayRef<TensorDeclaration> inputs,
                                                     const ir::SizeRules &rules, const InputRequest &request) {
  Found found;
  if (!request.file.empty())
    if (llvm::Error error = readFile(inputs, request.file, found))
      return std::move(error);
  for (const std::string &text : request.single)
    if (llvm::Error error = readSingle(text, found))
      return std::move(error);
  auto chosen = chosenDims(rules, request);
  if (!chosen)
    return chosen.takeError();
  Sizes given;
  addGivenSizes(inputs, found, given);
  Sizes sizes = chooseSizes(rules, *chosen, given, request.usualSize);
  std::vector<HostTensor> tensors;
  std::vector<std::string> missing;
  for (const TensorDeclaration &input : inputs) {
    auto given = found.find(input.name);
    if (given == found.end() && request.random) {
      auto made = makeRandom(input, sizes, /*seed=*/tensors.size() + 1);
      if (!made)
        return made.takeError();
      tensors.push_back(std::move(*made));
    } else if (given == found.end()) {
      missing.push_back(input.name);
    } else {
      tensors.push_back(std::move(given->second));
      if (input.dtype == LLMC_DTYPE_BF16 && tensors.back().dtype == LLMC_DTYPE_U16)
        if (llvm::Error error = tensors.back().retype(input.dtype))
          return std::move(error);
      found.erase(given);
    }
  }
  for (const std::string &name : request.besides)
    found.erase(name);
  if (!missing.empty())
    return usageError("no value for input " + llvm::join(missing, ", ") +
                      (found.empty() ? "" : ", but for " + llvm::join(llvm::make_first_range(found), ", ")) +
                      "; try: " + request.remedy);
  if (!chosen->empty() && !request.random)
    return usageError("--dim sets sizes of random inputs only; try: --random with it");
  if (!found.empty())
    return usageError("the model has no input \"" + found.begin()->first + "\"; try: one of " +
                      llvm::join(llvm::map_range(inputs, [](auto &input) { return input.name; }), ", "));
  return tensors;
}

} // namespace llmc::tools
