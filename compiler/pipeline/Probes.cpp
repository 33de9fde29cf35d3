#include "compiler/pipeline/Probes.h"
#include "compiler/passes/pruning/PruningSpec.h"

namespace llmc::pipeline {

llvm::Expected<std::vector<ProbesFor>> purposesOf(llvm::ArrayRef<std::string> pruning,
                                                  llvm::ArrayRef<std::string> quantization) {
  auto spec = passes::PruningSpec::parse(pruning);
  if (!spec)
    return spec.takeError();
  std::vector<ProbesFor> purposes;
  if (!spec->layers.empty())
    purposes.push_back(ProbesFor::Layers);
  if (!spec->heads.empty() || !spec->channels.empty() || !spec->blocks.empty() || !spec->weights.empty())
    purposes.push_back(ProbesFor::Pruning);
  if (!quantization.empty())
    purposes.push_back(ProbesFor::Quantization);
  return purposes;
}

} // namespace llmc::pipeline
