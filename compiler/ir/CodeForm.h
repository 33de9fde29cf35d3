// What codes of a few bits mean: which numbers they stand for, and how many of them have one scale.
#ifndef LLMC_COMPILER_IR_CODEFORM_H
#define LLMC_COMPILER_IR_CODEFORM_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

namespace llmc::ir {

enum class CodeLevels : uint32_t; // of the dialect

/// Which code stands for 0, where codes are whole numbers: one for each block, half of their number, or 0, about which
/// they have signs.
enum class CodeZeros { OfBlocks, Half, None };

struct CodeForm {
  int64_t bits, block; // of a code, and of rows of a column with one scale
  CodeZeros zeros = CodeZeros::OfBlocks;
  CodeLevels levels = {}; // whole numbers

  /// Codes in a byte.
  int64_t perByte() const { return 8 / bits; }
};

/// A block that is as large as there is room for.
inline constexpr int64_t kOneBlock = std::numeric_limits<int64_t>::max();

/// The number that each code stands for; none where codes are whole numbers. What is not a number is NaN.
llvm::ArrayRef<float> numbersOf(CodeLevels levels);

/// How codes look that users ask for by this name: int4, int8, nf4 or fp8.
std::optional<CodeForm> usualForm(llvm::StringRef name);

/// In such words, with `suffix` behind the name, and what differs from the usual form: "int4-weights/64-symmetric". One
/// block for all `rows` is not told.
std::string nameOf(const CodeForm &form, int64_t rows, llvm::StringRef suffix);

} // namespace llmc::ir

#endif
