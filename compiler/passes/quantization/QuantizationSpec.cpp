#include "compiler/passes/quantization/QuantizationSpec.h"
#include "compiler/passes/quantization/CacheSpec.h"
#include "compiler/passes/quantization/CodedProducts.h"
#include "compiler/support/UsageError.h"
#include "llvm/ADT/StringSwitch.h"

namespace llmc::passes {
namespace {

constexpr ir::CodeForm kByteRows = {8, ir::kOneBlock};

/// Those without codes, or with codes that have one form.
std::optional<Wanted> plainTypeNamed(llvm::StringRef name) {
  return llvm::StringSwitch<std::optional<Wanted>>(name)
      .Case("float", Wanted{ProductType::Float})
      .Case("bf16", Wanted{ProductType::BFloat16})
      .Case("fp16", Wanted{ProductType::Float16})
      .Case("int8", Wanted{ProductType::Int8, {}, kByteRows})
      .Case("int8-static", Wanted{ProductType::Int8Static, {}, kByteRows})
      .Default(std::nullopt);
}

/// Those with codes, by their name alone.
std::optional<Wanted> codedTypeNamed(llvm::StringRef name) {
  bool isOfFloats = name.consume_back("-weights");
  std::optional<ir::CodeForm> form = ir::usualForm(name);
  if (!form || (!isOfFloats && name != "int4"))
    return std::nullopt;
  ir::CodeForm rows = form->bits == 8 && form->levels == ir::CodeLevels::Whole ? kByteRows : *form;
  return Wanted{isOfFloats ? ProductType::Codes : ProductType::BytesByCodes, *form, rows};
}

/// What stands behind `type`, the name of one with codes; why it can't be, if it can't.
llvm::Error refine(Wanted &wanted, llvm::StringRef type, llvm::StringRef group, bool isSymmetric) {
  if (isSymmetric && wanted.weights.zeros != ir::CodeZeros::OfBlocks)
    return usageError("its levels lie about 0 anyway; try: " + type);
  if (isSymmetric)
    wanted.weights.zeros = wanted.rows.zeros = ir::CodeZeros::Half;
  if (group.empty())
    return llvm::Error::success();
  int64_t block = 0;
  constexpr int64_t kMost = int64_t(1) << 20;
  if (group.getAsInteger(10, block) || block <= 0 || block % 32 != 0 || block > kMost)
    return usageError("a scale is that of a multiple of 32 codes; try: /32, /64 or /128");
  wanted.weights.block = wanted.rows.block = block;
  if (wanted.type == ProductType::BytesByCodes && !canMultiply(wanted.weights))
    return usageError("bytes are multiplied with codes in blocks of at most 256; try: /256 or less");
  return llvm::Error::success();
}

/// Nothing for a name that is none.
llvm::Expected<std::optional<Wanted>> typeNamed(llvm::StringRef name) {
  if (std::optional<Wanted> plain = plainTypeNamed(name))
    return plain;
  llvm::StringRef rest = name;
  bool isSymmetric = rest.consume_back("-symmetric");
  auto [type, group] = rest.split('/');
  std::optional<Wanted> wanted = codedTypeNamed(type);
  if (!wanted || (group.empty() && rest.contains('/')))
    return std::nullopt;
  if (llvm::Error error = refine(*wanted, type, group, isSymmetric))
    return usageError("can't have \"" + name + "\": " + llvm::toString(std::move(error)));
  return wanted;
}

/// The pattern of a rule, and the name of a type.
std::pair<llvm::StringRef, llvm::StringRef> partsOf(llvm::StringRef text) {
  auto [pattern, name] = text.rsplit('=');
  bool isForAll = name.empty() && !pattern.contains('*');
  return isForAll ? std::make_pair(llvm::StringRef("*"), pattern) : std::make_pair(pattern, name);
}

int64_t rowsAtOnce(ProductType type) {
  bool isOfBytes = type == ProductType::Int8 || type == ProductType::Int8Static;
  return isOfBytes ? 4 : type == ProductType::BFloat16 ? 2 : 1;
}

} // namespace

std::vector<std::string> rowsAtOnce(llvm::ArrayRef<std::string> texts) {
  std::vector<std::string> rows;
  for (const std::string &text : texts) {
    if (isOfCaches(text))
      continue;
    auto [pattern, name] = partsOf(text);
    if (auto wanted = typeNamed(name); !wanted)
      llvm::consumeError(wanted.takeError());
    else if (*wanted)
      rows.push_back((pattern + "=" + llvm::Twine(rowsAtOnce((*wanted)->type))).str());
  }
  return rows;
}

llvm::Expected<NodeRules<Wanted>> parseQuantization(llvm::ArrayRef<std::string> texts) {
  NodeRules<Wanted> rules;
  for (const std::string &text : texts) {
    if (isOfCaches(text))
      continue;
    auto [pattern, name] = partsOf(text);
    auto wanted = typeNamed(name);
    if (!wanted)
      return wanted.takeError();
    if (!*wanted)
      return usageError("can't read the quantization \"" + text +
                        "\"; try: bf16, fp16, int8, int8-static, int4, int8-weights, int4-weights, nf4-weights or "
                        "fp8-weights, or rules PATTERN=int8 and PATTERN=float for the names of nodes, of which the "
                        "last that matches counts; caches=int8 is for keys and values of decoders");
    if (llvm::Error error = rules.add(text, pattern, **wanted))
      return usageError("can't read the pattern of the quantization \"" + text +
                        "\": " + llvm::toString(std::move(error)) + "; try: *attention*=int8");
  }
  return rules;
}

mlir::FailureOr<NodeRules<Wanted>> parseQuantization(mlir::ModuleOp module, llvm::ArrayRef<std::string> rules) {
  auto spec = parseQuantization(rules);
  if (!spec)
    return module.emitError() << llvm::toString(spec.takeError());
  return std::move(*spec);
}

} // namespace llmc::passes
