// What a build system must know to make an artefact anew when a file has changed that it was made from.
#ifndef LLMC_TOOLS_LLMC_DEPENDENCYFILE_H
#define LLMC_TOOLS_LLMC_DEPENDENCYFILE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace llmc::tools {

/// Writes a rule of make without commands: the artefact's manifest, and the files that were read. `facts` is what
/// llmc_compile_result_facts gives.
llvm::Error writeDependencyFile(llvm::StringRef path, llvm::StringRef artefact, llvm::StringRef facts);

} // namespace llmc::tools

#endif
