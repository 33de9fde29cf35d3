// Names in C for things of a model, whose own names may be any text.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_CIDENTIFIERS_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_CIDENTIFIERS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include <set>
#include <string>

namespace llmc::codegen {

/// What all names of a model in C begin with: "bert_tiny" for the model "bert-tiny". Equal for equal names.
std::string cPrefix(llvm::StringRef model);

/// Text as it may stand in a C comment: printable ASCII, and nothing that ends or opens one.
std::string cComment(llvm::StringRef text);
/// Text as a C string literal.
std::string cString(llvm::StringRef text);

/// The identifiers of one scope: members of a struct, or parameters and variables of a function. Different names get
/// different identifiers, none is a keyword of C or C++, a macro of the headers in use, or reserved.
class CIdentifiers {
public:
  /// `taken` are those that the scope has already.
  explicit CIdentifiers(llvm::ArrayRef<llvm::StringRef> taken = {});

  /// A new identifier like `name`; with each of `suffixes` it is new, too.
  std::string add(llvm::StringRef name, llvm::ArrayRef<llvm::StringRef> suffixes = {});

private:
  std::set<std::string> used;
};

} // namespace llmc::codegen

#endif
