// manifest.json: what the artefact is and which decisions made it so.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/JSON.h"
#include <optional>

namespace llmc::codegen {

/// A file beside the manifest.
struct ArtefactFile {
  std::string name;
  std::optional<uint64_t> bytes;
  std::optional<uint64_t> digest; // XXH64 with seed 0; none for weights, which have one of their own
};

/// "xxh64:0123456789abcdef", and back; nothing for other texts.
std::string digestText(uint64_t digest);
std::optional<uint64_t> parseDigest(llvm::StringRef text);

/// Size and digest of a file that has just been written.
llvm::Expected<ArtefactFile> describeFile(llvm::StringRef folder, llvm::StringRef name, bool withDigest);

/// The attribute "size_rules".
void writeSizeRules(llvm::json::OStream &json, llvm::ArrayRef<ir::SizeRule> rules);

/// `files` are those of the artefact, without the manifest.
llvm::Error writeManifest(llvm::StringRef path, const ModelFacts &facts, mlir::func::FuncOp model,
                          llvm::StringRef pipeline, llvm::ArrayRef<ArtefactFile> files);

} // namespace llmc::codegen

#endif
