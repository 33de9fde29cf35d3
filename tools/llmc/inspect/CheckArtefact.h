// Does a compiled model run on this machine? Told from its files alone, before anything is loaded.
#ifndef LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H
#define LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H

#include "llvm/Support/Error.h"
#include <string>
#include <vector>

namespace llmc::tools {

struct ArtefactVerdict {
  std::string model, compiler, target;
  std::vector<std::string> levels;   // that there is code for, worst first
  std::string level;                 // the one that this machine would use; empty: none
  std::vector<std::string> problems; // each ends in what to try; empty: it runs here
};

/// Reads the manifest, and the sizes and digests of the files that it lists; those of the weights only on request,
/// since they may be large. Fails where the folder holds no compiled model.
llvm::Expected<ArtefactVerdict> checkArtefact(const std::string &folder, bool weightsDigest);

} // namespace llmc::tools

#endif
