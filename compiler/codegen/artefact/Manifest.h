// manifest.json: what the artefact is and which decisions made it so.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"
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

/// `files` are those of the artefact, without the manifest.
llvm::Error writeManifest(llvm::StringRef path, const ModelFacts &facts, mlir::func::FuncOp model,
                          llvm::StringRef pipeline, llvm::ArrayRef<ArtefactFile> files);

/// The files of the artefact that the manifest in a folder lists; none where there is no manifest. Names that lead out
/// of the folder are left out.
std::vector<ArtefactFile> filesOfArtefact(llvm::StringRef folder);

} // namespace llmc::codegen

#endif
