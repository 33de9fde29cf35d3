// Which products users want to be of bytes: "int8", or rules such as "*=int8,*lm_head*=float".
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_QUANTIZATIONSPEC_H

#include "compiler/support/NodeRules.h"

namespace llmc::passes {

enum class ProductType { Float, Int8 };

/// Each rule is PATTERN=int8 or PATTERN=float; "int8" is short for "*=int8".
llvm::Expected<NodeRules<ProductType>> parseQuantization(llvm::ArrayRef<std::string> rules);

} // namespace llmc::passes

#endif
