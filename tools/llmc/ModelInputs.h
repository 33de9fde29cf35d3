// Puts the inputs of a run together from files, or makes them up.
#ifndef LLMC_TOOLS_LLMC_MODELINPUTS_H
#define LLMC_TOOLS_LLMC_MODELINPUTS_H

#include "compiler/codegen/artefact/ModelFacts.h"
#include "tools/llmc/tensors/HostTensor.h"

namespace llmc::tools {

struct InputRequest {
  std::string file;                      // .npz by names, or a folder of numbered .pb files
  std::vector<std::string> single;       // NAME=FILE
  bool random;                           // fill what is missing
  std::vector<std::string> dims;         // NAME=VALUE, for random inputs
  int64_t usualSize = 8;                 // of dims that nobody chose, unless they are batches
  std::vector<std::string> besides = {}; // what the file may hold that is no input
  /// Where to get an input from that is missing.
  const char *remedy = "--inputs FILE.npz, --input NAME=FILE.npy, or --random";
};

/// An input or output as the model declares it.
using TensorDeclaration = codegen::TensorFacts;

/// The inputs in the model's order; a message names those that are missing. Sizes of random ones are those that were
/// chosen or given with other inputs, else some that keep the rules.
llvm::Expected<std::vector<HostTensor>> gatherInputs(llvm::ArrayRef<TensorDeclaration> inputs,
                                                     const ir::SizeRules &rules, const InputRequest &request);

} // namespace llmc::tools

#endif
