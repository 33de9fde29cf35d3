// Puts a complete artefact into its folder.
#ifndef LLMC_COMPILER_CODEGEN_ARTEFACT_PUBLICATION_H
#define LLMC_COMPILER_CODEGEN_ARTEFACT_PUBLICATION_H

#include "compiler/codegen/artefact/OutputFolder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace llmc::codegen {

inline constexpr char kManifestName[] = "manifest.json";

/// A complete file of an artefact.
struct MadeFile {
  ArtefactFile facts;
  NewFile file;
};

/// Finds out size and digest of a file that has been written.
llvm::Expected<MadeFile> completed(NewFile file, llvm::StringRef name);

/// Gives the files their names in the order given, then writes manifest.json with the text that `manifest` gives for
/// the weights of the former artefact, which stay until the next compile; then removes what is left of that artefact.
/// Whoever is killed in between leaves the former artefact or this one, whole, and the next compile removes the rest.
llvm::Error publish(OutputFolder &folder, llvm::StringRef model, std::vector<MadeFile> files,
                    llvm::function_ref<std::string(llvm::ArrayRef<ArtefactFile> former)> manifest);

} // namespace llmc::codegen

#endif
