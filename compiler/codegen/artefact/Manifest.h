// manifest.json: what the artefact is and which decisions made it so.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_MANIFEST_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/Error.h"

namespace llmc::codegen {

/// `files` are those of the artefact, without the manifest.
llvm::Error writeManifest(llvm::StringRef path, const ModelFacts &facts, mlir::func::FuncOp model,
                          llvm::StringRef pipeline, llvm::ArrayRef<std::string> files);

/// The files of the artefact that the manifest in a folder describes; none where there is no manifest.
std::vector<std::string> filesOfArtefact(llvm::StringRef folder);

} // namespace llmc::codegen

#endif
