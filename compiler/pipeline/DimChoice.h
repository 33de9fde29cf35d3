// What a user says about dim symbols: "batch=1", "seq=1..512".
#ifndef LLMC_COMPILER_PIPELINE_DIMCHOICE_H
#define LLMC_COMPILER_PIPELINE_DIMCHOICE_H

#include "compiler/ir/SizeRules.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace llmc::pipeline {

/// Least and most value by name; both are equal where a dim is fixed.
using DimChoice = llvm::StringMap<std::pair<int64_t, int64_t>>;

/// Reads NAME=VALUE or NAME=LO..HI into `dims`; a UsageError where it is something else, or names a dim again.
llvm::Error parseDim(llvm::StringRef text, DimChoice &dims);

/// A UsageError for what the model does not have or does not take.
llvm::Error checkDims(const DimChoice &dims, llvm::ArrayRef<ir::SymbolRange> symbols);

/// A UsageError for a dim that is fixed at 0, which leaves nothing to compute.
llvm::Error refuseEmptyDims(const DimChoice &dims);

/// The texts that parseDim() reads, sorted.
std::vector<std::string> dimTexts(const DimChoice &dims);

} // namespace llmc::pipeline

#endif
