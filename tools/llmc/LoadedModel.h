// A compiled model in this process, through the same C API that applications use.
#ifndef LLMC_TOOLS_LLMC_LOADEDMODEL_H
#define LLMC_TOOLS_LLMC_LOADEDMODEL_H

#include "llmc/llmc.h"
#include "tools/llmc/ModelInputs.h"
#include "llvm/Support/JSON.h"
#include <memory>
#include <string>
#include <vector>

namespace llmc::tools {

class LoadedModel {
public:
  /// Loads the artefact in a folder. `threads` 0 means all that the process may use.
  static llvm::Expected<std::unique_ptr<LoadedModel>> open(llvm::StringRef folder, uint32_t threads);
  ~LoadedModel();
  LoadedModel(const LoadedModel &) = delete;

  const std::vector<TensorDeclaration> &inputs() const { return inputList; }
  const std::vector<TensorDeclaration> &outputs() const { return outputList; }
  const ir::SizeRules &sizes() const { return sizeRules; }
  /// What the compiler wrote about the model; empty where the file is missing.
  const llvm::json::Object &manifest() const { return manifestRead; }
  const llmc_model_info &info() const { return description; }

  /// Inputs of the runs that follow, in the order of the inputs; they must outlive these.
  llvm::Error bind(llvm::ArrayRef<HostTensor> tensors);
  /// Runs on what is bound. The size of `options` need not be set.
  llvm::Error execute(llmc_run_options options);
  /// Times of the last run that was profiled; as many as there are kernels.
  llvm::Error profile(llvm::MutableArrayRef<llmc_kernel_time> times) {
    return check(api->context_profile(context, times.data(), times.size()));
  }

  /// Binds, runs once and copies the outputs. Tensors are in the order of the inputs. `observer` sees each kernel; null
  /// for none.
  llvm::Expected<std::vector<HostTensor>> run(llvm::ArrayRef<HostTensor> tensors,
                                              const llmc_observer *observer = nullptr);

private:
  LoadedModel() = default;
  llvm::Error describe();
  llvm::Error check(llmc_status status);

  void *library = nullptr;
  const llmc_api *api = nullptr;
  llmc_model *model = nullptr;
  llmc_context *context = nullptr;
  llmc_model_info description = {};
  std::vector<TensorDeclaration> inputList, outputList;
  ir::SizeRules sizeRules;
  llvm::json::Object manifestRead;
};

/// The only NAME.so in a folder, or the only one with NAME.weights.
llvm::Expected<std::string> findArtefact(llvm::StringRef folder);

} // namespace llmc::tools

#endif
