// What a user says about dim symbols: "batch=1", "seq=1..512".
#ifndef LLMC_COMPILER_PIPELINE_DIMCHOICE_H
#define LLMC_COMPILER_PIPELINE_DIMCHOICE_H

#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"

namespace llmc::pipeline {

/// Least and most value by name; both are equal where a dim is fixed.
using DimChoice = llvm::StringMap<std::pair<int64_t, int64_t>>;

/// Reads NAME=VALUE or NAME=LO..HI into `dims`; a UsageError where it is something else.
llvm::Error parseDim(llvm::StringRef text, DimChoice &dims);

/// The texts that parseDim() reads, sorted.
std::vector<std::string> dimTexts(const DimChoice &dims);

} // namespace llmc::pipeline

#endif
