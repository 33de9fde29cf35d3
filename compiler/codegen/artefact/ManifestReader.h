// The manifest, read. It may be damaged, or of another version: what is missing or makes no sense is left out.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFESTREADER_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFESTREADER_H

#include "compiler/codegen/artefact/Manifest.h"
#include "llvm/Support/JSON.h"

namespace llmc::codegen {

/// Nothing where the text is no JSON object.
std::optional<llvm::json::Object> parseManifest(llvm::StringRef text);

/// The files of the artefact, or those under another key. Names that lead out of the folder are left out.
std::vector<ArtefactFile> filesIn(const llvm::json::Object &manifest, llvm::StringRef key = "files");
/// The CPU levels that there is code for, worst first.
std::vector<std::string> levelsIn(const llvm::json::Object &manifest);
std::vector<ir::SizeRule> sizeRulesIn(const llvm::json::Object &manifest);
/// Numbers that are missing name nothing.
std::vector<ir::NarrowCache> cachesIn(const llvm::json::Object &manifest);

/// The texts of an array, "" for what is no text; none where there is no array.
std::vector<std::string> textsOf(const llvm::json::Array *array);
/// The formula under a key.
std::optional<ir::DimExpr> formulaIn(const llvm::json::Object &object, llvm::StringRef key);

} // namespace llmc::codegen

#endif
