// A compiled model in this process, through the same C API that applications use.
#ifndef LLMC_TOOLS_LLMC_LOADEDMODEL_H
#define LLMC_TOOLS_LLMC_LOADEDMODEL_H

#include "compiler/execution/OpenModel.h"
#include "tools/llmc/FoundArtefact.h"
#include "tools/llmc/ModelInputs.h"
#include <memory>
#include <string>
#include <vector>

namespace llmc::tools {

class LoadedModel {
public:
  /// Loads the artefact in a folder, or a library. `threads` 0 means all that the process may use.
  static llvm::Expected<std::unique_ptr<LoadedModel>> open(llvm::StringRef path, uint32_t threads);
  /// Loads an artefact that has a library and has been checked.
  static llvm::Expected<std::unique_ptr<LoadedModel>> open(FoundArtefact artefact, uint32_t threads);

  const std::vector<TensorDeclaration> &inputs() const { return inputList; }
  const std::vector<TensorDeclaration> &outputs() const { return outputList; }
  /// Inputs and outputs as the model had them before its caches became narrow. Inputs may be given as these; then
  /// outputs are these, too.
  std::pair<std::vector<TensorDeclaration>, std::vector<TensorDeclaration>> interfaceOfFloats() const;
  const std::vector<codegen::StateFacts> &states() const { return stateList; }
  const ir::SizeRules &sizes() const { return sizeRules; }
  /// What the compiler wrote about the model; empty where that is missing.
  const llvm::json::Object &manifest() const { return artefact.manifest; }
  const llmc_model_info &info() const { return description; }
  /// For which sizes there is code; the first is for all.
  const std::vector<codegen::VariantFacts> &variants() const { return variantList; }
  /// The library's functions; valid as long as the model.
  const llmc_api &functions() const { return running->functions(); }

  const execution::OpenModel &open() const { return *running; }

  /// Inputs of the runs that follow, in the order of the inputs; they must outlive these.
  llvm::Error bind(llvm::ArrayRef<HostTensor> tensors);
  /// Which variant takes the sizes of what is bound.
  llvm::Expected<size_t> variant();
  /// Runs on what is bound. The size of `options` need not be set.
  llvm::Error execute(llmc_run_options options);
  /// Runs on what is bound, and gives the seconds of each kernel, of all variants; 0 of those that did not run.
  llvm::Expected<std::vector<double>> profiledRun();

  /// Binds, runs once and copies the outputs. Tensors are in the order of the inputs. `observer` sees each kernel; null
  /// for none.
  llvm::Expected<std::vector<HostTensor>> run(llvm::ArrayRef<HostTensor> tensors,
                                              const llmc_observer *observer = nullptr);

private:
  explicit LoadedModel(FoundArtefact artefact) : artefact(std::move(artefact)) {}
  llvm::Error describe();
  llvm::Error check(llmc_status status);

  FoundArtefact artefact;
  std::unique_ptr<execution::OpenModel> running;
  llmc_model_info description = {};
  std::vector<TensorDeclaration> inputList, outputList;
  std::vector<codegen::StateFacts> stateList;
  std::vector<codegen::VariantFacts> variantList;
  ir::SizeRules sizeRules;
};

} // namespace llmc::tools

#endif
