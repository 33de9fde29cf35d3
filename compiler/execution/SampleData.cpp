#include "compiler/execution/SampleData.h"
#include "compiler/execution/TensorRows.h"
#include "compiler/support/UsageError.h"
#include "llmc/element_types.h"
#include "llvm/ADT/STLExtras.h"

namespace llmc::execution {
namespace {

/// About how many rows of the largest input a piece has: products of so many are fast, and so are those that are so
/// deep, as moments are, while what they read lies in the cache.
constexpr int64_t kRowsOfPiece = 256;

/// Of floats, the rows along the last axis; a whole number tells of a row by itself.
int64_t rowsIn(const llmc_tensor &value) {
  auto count = static_cast<int64_t>(elementCount(value));
  bool hasRows = value.rank > 1 && count > 0 && findElementType(value.dtype)->kind == ElementType::Float;
  return hasRows ? count / value.dims[value.rank - 1] : count;
}

/// Sizes that are known are those of the data, but for the first one, along which there may be several pieces.
llvm::Error checkSizes(const codegen::TensorFacts &input, const llmc_tensor &value, llvm::StringRef shownAs) {
  bool fits = value.rank == input.dims.size();
  for (uint32_t axis = 1; fits && axis < value.rank; ++axis)
    fits = input.dims[axis] < 0 || value.dims[axis] == input.dims[axis];
  if (fits)
    return llvm::Error::success();
  std::string sizes;
  for (const std::string &dim : input.dimTexts)
    sizes += (sizes.empty() ? "" : ", ") + dim;
  return usageError(llvm::Twine("input \"") + input.name + "\" of " + shownAs +
                    " has other sizes than the model takes, [" + sizes + "]; try: values of these");
}

llvm::Error checkValues(const codegen::TensorFacts &input, const llmc_tensor &value, llvm::StringRef shownAs) {
  if (llvm::Error error = checkSizes(input, value, shownAs))
    return error;
  if (!areFinite(value))
    return usageError(llvm::Twine("input \"") + input.name + "\" of " + shownAs +
                      " holds a number that is not finite; try: values as the model meets them when it is used");
  return llvm::Error::success();
}

/// Whether a formula other than the symbol itself, as the first size of an input, speaks of it.
bool isSaidMoreOf(llvm::StringRef symbol, llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules) {
  auto speaks = [&](const ir::DimExpr &formula) { return llvm::is_contained(formula.symbols(), symbol); };
  for (const codegen::TensorFacts &input : inputs)
    for (const std::string &text : llvm::drop_begin(input.dimTexts))
      if (auto formula = ir::DimExpr::parse(text); formula && speaks(*formula))
        return true;
  return llvm::any_of(rules.rules, [&](const ir::SizeRule &rule) { return speaks(rule.left) || speaks(rule.right); });
}

} // namespace

llvm::Expected<SampleData> SampleData::create(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules,
                                              llvm::ArrayRef<GivenInput> given, llvm::StringRef shownAs) {
  SampleData data;
  for (const codegen::TensorFacts &input : inputs) {
    auto value = valueFor(input, given);
    if (!value)
      return value.takeError();
    if (llvm::Error error = checkValues(input, *value, shownAs))
      return std::move(error);
    data.values.push_back(*value);
  }
  for (const GivenInput &each : given)
    if (llvm::none_of(inputs, [&](const codegen::TensorFacts &input) { return input.name == each.name; }))
      return usageError(llvm::Twine("the model has no input \"") + each.name + "\", which " + shownAs +
                        " have a value for; try: values for its own");
  if (llvm::all_of(data.values, [](const llmc_tensor &value) { return elementCount(value) == 0; }))
    return usageError(shownAs + " are empty; try: values as the model meets them when it is used");
  if (llvm::Error error = data.findBatch(inputs, rules, shownAs))
    return std::move(error);
  return data;
}

llvm::Error SampleData::findBatch(llvm::ArrayRef<codegen::TensorFacts> inputs, const ir::SizeRules &rules,
                                  llvm::StringRef shownAs) {
  if (llvm::any_of(values, [&](const llmc_tensor &value) { return !value.rank || value.dims[0] != values[0].dims[0]; }))
    return llvm::Error::success(); // the run tells, where they should be equal
  llvm::StringRef dim = inputs.front().dimTexts.front();
  if (llvm::any_of(inputs, [&](const codegen::TensorFacts &input) { return input.dimTexts.front() != dim; }))
    return llvm::Error::success();
  int64_t all = values.front().dims[0], fixed = inputs.front().dims.front();
  if (fixed > 0 && all % fixed)
    return usageError("the first size of " + shownAs + " is " + llvm::Twine(all) + ", the model takes " + dim +
                      "; try: a multiple of it");
  int64_t largest = 1;
  for (const llmc_tensor &value : values)
    largest = std::max(largest, rowsIn(value) / all);
  int64_t wanted = std::max<int64_t>(kRowsOfPiece / largest, 1);
  if (fixed < 0) {
    auto symbol = llvm::find_if(rules.symbols, [&](const ir::SymbolRange &range) { return range.name == dim; });
    if (symbol == rules.symbols.end() || symbol->least > 1 || isSaidMoreOf(dim, inputs, rules))
      return llvm::Error::success();
    wanted = std::min(wanted, symbol->most);
  }
  batch = all;
  perPiece = fixed > 0 ? fixed : wanted;
  return llvm::Error::success();
}

size_t SampleData::pieceCount() const { return perPiece ? static_cast<size_t>((batch + perPiece - 1) / perPiece) : 1; }

std::vector<llmc_tensor> SampleData::piece(size_t index) {
  if (!perPiece)
    return values;
  dims.assign(values.size(), {});
  std::vector<llmc_tensor> pieces = values;
  int64_t first = static_cast<int64_t>(index) * perPiece;
  for (auto [piece, sizes] : llvm::zip_equal(pieces, dims)) {
    uint64_t bytes = 0;
    (void)tensorBytes(findElementType(piece.dtype)->bits, piece.dims, piece.rank, bytes);
    uint64_t each = bytes / static_cast<uint64_t>(batch);
    sizes.assign(piece.dims, piece.dims + piece.rank);
    sizes[0] = std::min(perPiece, batch - first);
    piece.dims = sizes.data();
    piece.data = static_cast<char *>(piece.data) + each * static_cast<uint64_t>(first);
    piece.bytes = each * static_cast<uint64_t>(sizes[0]);
  }
  return pieces;
}

} // namespace llmc::execution
