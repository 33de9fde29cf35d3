// Does a compiled model run on this machine? Told from its files alone, before anything is loaded.
#ifndef LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H
#define LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H

#include "llvm/Support/JSON.h"
#include <string>
#include <vector>

namespace llmc::tools {

struct ArtefactVerdict {
  std::string model, compiler, target;
  std::vector<std::string> levels;   // that there is code for, worst first
  std::string level;                 // the one that this machine would use; empty: none
  std::vector<std::string> problems; // each ends in what to try; empty: it runs here
};

/// Which files are read: what loading needs, all but the payload of the weights, or everything.
enum class CheckDepth { Loadable, Files, Weights };

/// Holds the sizes and digests of files against the manifest of their folder.
ArtefactVerdict checkArtefact(const std::string &folder, const llvm::json::Object &manifest, CheckDepth depth);

} // namespace llmc::tools

#endif
