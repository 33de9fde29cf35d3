// Declarations are found by the word that exports them.
#include "compiler/codegen/artefact/PublicApi.h"

namespace llmc::codegen {

llvm::StringRef publicHeaders() {
  static const char text[] =
#include "compiler/codegen/artefact/PublicHeaders.inc"
      ;
  return {text, sizeof(text) - 1};
}

const std::vector<ApiFunction> &publicFunctions() {
  static const std::vector<ApiFunction> functions = [] {
    std::vector<ApiFunction> found;
    llvm::StringRef rest = publicHeaders();
    const llvm::StringRef word = "\nLLMC_EXPORT ";
    for (size_t begin = rest.find(word); begin != llvm::StringRef::npos; begin = rest.find(word)) {
      rest = rest.drop_front(begin + word.size());
      llvm::StringRef declaration = rest.take_until([](char c) { return c == ';'; });
      llvm::StringRef head = declaration.split('(').first;
      found.push_back({declaration, head.drop_front(head.find_last_of(" *") + 1)});
    }
    return found;
  }();
  return functions;
}

} // namespace llmc::codegen
