// Letters, digits and single underscores; what clashes gets an underscore or a number at its end.
#include "compiler/codegen/artefact/CIdentifiers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"

namespace llmc::codegen {

/// Keywords of C up to C23 and of C++ up to C++20, and macros that compilers and the included headers define.
static bool isReserved(llvm::StringRef word) {
  static const std::set<llvm::StringRef> words = {
#define LLMC_RESERVED_WORD(word) #word,
#include "compiler/codegen/artefact/ReservedWords.def"
#undef LLMC_RESERVED_WORD
  };
  static const llvm::StringRef prefixes[] = {"LLMC_",    "llmc_",  "INT",   "UINT", "SIZE_",
                                             "PTRDIFF_", "WCHAR_", "WINT_", "SIG_"};
  return words.count(word) || llvm::any_of(prefixes, [&](llvm::StringRef prefix) { return word.starts_with(prefix); });
}

/// Only characters of identifiers. Leading and double underscores are the language's own.
static std::string clean(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    if (llvm::isAlnum(c))
      result += c;
    else if (!result.empty() && result.back() != '_')
      result += '_';
  while (!result.empty() && result.back() == '_')
    result.pop_back();
  return result;
}

std::string cPrefix(llvm::StringRef model) {
  std::string name = clean(model);
  return name.empty() || llvm::isDigit(name.front()) || llvm::StringRef(name).starts_with("llmc") ? "model_" + name
                                                                                                  : name;
}

std::string cComment(llvm::StringRef text) {
  std::string result;
  for (char c : text) {
    bool joins = !result.empty() && ((c == '/' && result.back() == '*') || (c == '*' && result.back() == '/') ||
                                     (c == '?' && result.back() == '?'));
    if (joins)
      result += ' ';
    if (llvm::isPrint(c) && c != '\\')
      result += c;
    else
      result += "<" + llvm::utohexstr(static_cast<unsigned char>(c), /*LowerCase=*/true, 2) + ">";
  }
  return result;
}

std::string cString(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (llvm::isPrint(c) && c != '"' && c != '\\' && c != '?') // ?? begins a trigraph
      result += c;
    else
      result += llvm::formatv("\\{0}{1}{2}", (c >> 6) & 3, (c >> 3) & 7, c & 7);
  }
  return result + '"';
}

CIdentifiers::CIdentifiers(llvm::ArrayRef<llvm::StringRef> taken) {
  for (llvm::StringRef name : taken)
    used.insert(name.str());
}

std::string CIdentifiers::add(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> suffixes) {
  std::string base = clean(name);
  if (base.empty() || llvm::isDigit(base.front()))
    base = "t" + base;
  if (isReserved(base))
    base += "_";
  auto isFree = [&](const std::string &candidate) {
    return !used.count(candidate) &&
           llvm::none_of(suffixes, [&](llvm::StringRef suffix) { return used.count(candidate + suffix.str()); });
  };
  std::string result = base;
  for (int number = 2; !isFree(result); ++number)
    result = base + (base.back() == '_' ? "" : "_") + std::to_string(number);
  used.insert(result);
  for (llvm::StringRef suffix : suffixes)
    used.insert(result + suffix.str());
  return result;
}

} // namespace llmc::codegen
