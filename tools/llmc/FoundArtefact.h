// Which files in a folder are the compiled model.
#ifndef LLMC_TOOLS_LLMC_FOUNDARTEFACT_H
#define LLMC_TOOLS_LLMC_FOUNDARTEFACT_H

#include "compiler/codegen/artefact/LibraryFile.h"
#include "llvm/Support/JSON.h"
#include <optional>

namespace llmc::tools {

/// A compiled model that can't change any more under whoever looks at it: its library is open, and so is what that says
/// of itself.
struct FoundArtefact {
  std::string folder;
  std::optional<codegen::LibraryFile> library; // nothing where the artefact is an archive
  llvm::json::Object manifest;                 // the library's own, else manifest.json; empty where there is neither
  std::optional<llvm::json::Object> beside;    // manifest.json
};

/// Finds the model that manifest.json names, or the only library in the folder. A library's own path stands for the
/// library alone.
llvm::Expected<FoundArtefact> findArtefact(llvm::StringRef path);

} // namespace llmc::tools

#endif
