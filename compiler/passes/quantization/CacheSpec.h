// Which caches of decoders users want in few bits: "caches=int8", or "*.0.*:caches=float" for inputs by their names.
#ifndef LLMC_COMPILER_PASSES_QUANTIZATION_CACHESPEC_H
#define LLMC_COMPILER_PASSES_QUANTIZATION_CACHESPEC_H

#include "compiler/support/NodeRules.h"

namespace llmc::passes {

/// As they are; in 16 bits; whole numbers of 8 bits with a step for each row.
enum class CacheType { Float, Float16, BFloat16, Int8 };

/// Whether a rule of --quantize is about caches, not products.
bool isOfCaches(llvm::StringRef rule);
/// The rules among these that are.
llvm::Expected<NodeRules<CacheType>> parseCaches(llvm::ArrayRef<std::string> rules);

} // namespace llmc::passes

#endif
