// What a user says about dim symbols: "batch=1", "seq=1..512" or "seq=1..", and "seq=1,128,1..512" for code of its own
// for some sizes.
#ifndef LLMC_COMPILER_PIPELINE_DIMCHOICE_H
#define LLMC_COMPILER_PIPELINE_DIMCHOICE_H

#include "compiler/frontend/onnx/OnnxImporter.h"
#include "compiler/ir/SizeRules.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Error.h"
#include <map>

namespace llmc::pipeline {

/// Least and most value by name; both are equal where a dim is fixed.
using DimChoice = frontend::DimRanges;
/// Sizes that have code of their own, by name.
using DimSizes = std::map<std::string, std::vector<int64_t>>;

/// Reads NAME=VALUE, NAME=LO..HI or NAME=LO.. into `dims`; a UsageError where it is something else, or names a dim
/// again.
llvm::Error parseDim(llvm::StringRef text, DimChoice &dims);
/// The same, or NAME=VALUE,...: values into `sizes`, and a range that is among them into `dims`.
llvm::Error parseDim(llvm::StringRef text, DimChoice &dims, DimSizes &sizes);

/// One for each combination of the sizes, within `dims`. A UsageError for sizes beyond them, or too many.
llvm::Expected<std::vector<frontend::ImportedVariant>> variantsOf(const DimChoice &dims, const DimSizes &sizes);

/// The sizes that a variant's text tells: "batch=1, seq=128".
DimChoice dimsOfVariant(llvm::StringRef text);

/// A UsageError for what the model does not have or does not take.
llvm::Error checkDims(const DimChoice &dims, llvm::ArrayRef<ir::SymbolRange> symbols);

/// A UsageError for a dim that is fixed at 0, which leaves nothing to compute.
llvm::Error refuseEmptyDims(const DimChoice &dims);

/// The texts that parseDim() reads, sorted.
std::vector<std::string> dimTexts(const DimChoice &dims, const DimSizes &sizes = {});

} // namespace llmc::pipeline

#endif
