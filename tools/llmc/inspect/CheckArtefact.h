// Does a compiled model run on this machine? Told from its files alone, before anything is loaded.
#ifndef LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H
#define LLMC_TOOLS_LLMC_INSPECT_CHECKARTEFACT_H

#include "tools/llmc/FoundArtefact.h"
#include <string>
#include <vector>

namespace llmc::tools {

struct ArtefactVerdict {
  std::string model, compiler, target;
  std::vector<std::string> levels;   // that there is code for, worst first
  std::string level;                 // the one that this machine would use; empty: none
  std::vector<std::string> problems; // each ends in what to try; empty: it runs here
  std::vector<std::string> notes;    // about files that it runs without
};

/// What is read: what loading needs, all but the payload of the weights, or everything.
enum class CheckDepth { Loadable, Files, Weights };

/// Holds an artefact's files against its manifest.
ArtefactVerdict checkArtefact(const FoundArtefact &artefact, CheckDepth depth);

} // namespace llmc::tools

#endif
