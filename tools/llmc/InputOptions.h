// The options by which commands are given the inputs of a run.
#ifndef LLMC_TOOLS_LLMC_INPUTOPTIONS_H
#define LLMC_TOOLS_LLMC_INPUTOPTIONS_H

#include "tools/llmc/ModelInputs.h"
#include "llvm/Support/CommandLine.h"

namespace llmc::tools {

/// Registers --inputs, --input and --random with a command when it is constructed.
struct InputOptions {
  explicit InputOptions(llvm::cl::SubCommand &command);
  /// What was given so far; linking a model resets LLVM's command line, so take it before. `dims` are those of the
  /// command's own --dim.
  InputRequest request(const llvm::cl::list<std::string> &dims) const;

  llvm::cl::opt<std::string> file;
  llvm::cl::list<std::string> single;
  llvm::cl::opt<bool> random;
};

} // namespace llmc::tools

#endif
