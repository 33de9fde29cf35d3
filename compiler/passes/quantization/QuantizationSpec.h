// Which products users want to be of bytes: "int8", or rules such as "*=int8,*lm_head*=float".
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llmc::passes {

class QuantizationSpec {
public:
  /// Each rule is PATTERN=int8 or PATTERN=float; "int8" is short for "*=int8".
  static llvm::Expected<QuantizationSpec> parse(llvm::ArrayRef<std::string> rules);

  struct Rule {
    std::string text;
    std::string pattern; // of the names of nodes, as a shell has them
    bool toBytes;
    bool hasMatched = false;
  };
  /// The last rule that a node of the product matches; null: it stays as it is.
  const Rule *find(llvm::ArrayRef<std::string> nodes);
  /// The rules that no product has matched so far.
  std::vector<std::string> unused() const;

private:
  std::vector<Rule> rules;
};

} // namespace llmc::passes

#endif
