#include "compiler/ir/CodeForm.h"
#include "compiler/ir/LlmcDialect.h"
#include "llvm/ADT/APFloat.h"
#include <array>

namespace llmc::ir {
namespace {

/// NormalFloat of 4 bits (QLoRA): means of quantiles of a normal distribution, with an exact 0, from -1 to 1.
constexpr std::array<float, 16> kNormalLevels = {-1.0f,          -0.6961928010f, -0.5250730515f, -0.3949174881f,
                                                 -0.2844413817f, -0.1847734302f, -0.0910500363f, 0.0f,
                                                 0.0795802996f,  0.1609302014f,  0.2461123019f,  0.3379152417f,
                                                 0.4407098293f,  0.5626170039f,  0.7229568362f,  1.0f};

std::array<float, 256> floatsOfBytes(const llvm::fltSemantics &semantics) {
  std::array<float, 256> numbers;
  for (unsigned byte = 0; byte < numbers.size(); ++byte) {
    llvm::APFloat number(semantics, llvm::APInt(8, byte));
    numbers[byte] =
        number.isNaN() ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(number.convertToDouble());
  }
  return numbers;
}

struct NamedForm {
  llvm::StringLiteral name;
  CodeForm form;
};

constexpr NamedForm kForms[] = {{"int4", {4, 32}},
                                {"int8", {8, 128}},
                                {"nf4", {4, 64, CodeZeros::None, CodeLevels::NF4}},
                                {"fp8", {8, kOneBlock, CodeZeros::None, CodeLevels::F8E4M3FN}}};

} // namespace

llvm::ArrayRef<float> numbersOf(CodeLevels levels) {
  static const std::array<float, 256> bytes = floatsOfBytes(llvm::APFloat::Float8E4M3FN());
  switch (levels) {
  case CodeLevels::Whole:
    return {};
  case CodeLevels::NF4:
    return kNormalLevels;
  case CodeLevels::F8E4M3FN:
    return bytes;
  }
  llvm_unreachable("unknown levels");
}

std::optional<CodeForm> usualForm(llvm::StringRef name) {
  for (const NamedForm &each : kForms)
    if (each.name == name)
      return each.form;
  return std::nullopt;
}

std::string nameOf(const CodeForm &form, int64_t rows, llvm::StringRef suffix) {
  std::string name = "int" + std::to_string(form.bits);
  int64_t usualBlock = kOneBlock;
  for (const NamedForm &each : kForms)
    if (each.form.bits == form.bits && each.form.levels == form.levels)
      name = each.name.str(), usualBlock = each.form.block;
  name += suffix;
  if (form.block != usualBlock && form.block < rows)
    name += "/" + std::to_string(form.block);
  if (form.zeros == CodeZeros::Half)
    name += "-symmetric";
  return name;
}

} // namespace llmc::ir
