// A compiled model in this process, through the same C API that applications use.
#ifndef LLMC_COMPILER_EXECUTION_OPENMODEL_H
#define LLMC_COMPILER_EXECUTION_OPENMODEL_H

#include "compiler/reference/NarrowCaches.h"
#include "llmc/llmc.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>
#include <vector>

namespace llmc::execution {

/// A library that is loaded, its model, and one context; all go with this object.
class OpenModel {
public:
  /// `path` is trusted: loading damaged code could do anything. Messages call the library `shownAs`. `threads` 0 means
  /// all that the process may use.
  static llvm::Expected<std::unique_ptr<OpenModel>> open(const std::string &path, llvm::StringRef shownAs,
                                                         uint32_t threads);
  ~OpenModel();
  OpenModel(const OpenModel &) = delete;

  const llmc_api &functions() const { return *api; }
  llmc_model *model() const { return opened; }
  llmc_context *context() const { return created; }
  llvm::Expected<llmc_model_info> describe() const;
  /// From now on, values for inputs may be those of the model that has these caches in floats; then outputs are, too.
  /// What doesn't fit the model is left out.
  llvm::Error takeFloatsFor(llvm::ArrayRef<ir::NarrowCache> caches);
  llvm::ArrayRef<ir::NarrowCache> narrowCaches() const {
    return narrow ? narrow->list() : llvm::ArrayRef<ir::NarrowCache>();
  }
  /// The outputs for a value of each input, in the model's order; valid until the next run.
  llvm::Expected<std::vector<llmc_tensor>> run(llvm::ArrayRef<llmc_tensor> inputs) const;
  /// Seconds that each kernel of the model took in the last run, which was a profiled one.
  llvm::Expected<std::vector<double>> kernelSeconds() const;
  /// What is to be bound for these, for the runs to come; valid until the next call.
  std::vector<llmc_tensor> valuesFor(llvm::ArrayRef<llmc_tensor> inputs) const;
  /// A value of each input, for the runs to come.
  llvm::Error bind(llvm::ArrayRef<llmc_tensor> inputs) const;
  llvm::Error execute(llmc_run_options options) const;
  /// Those of the last run, for the inputs that were bound.
  llvm::Expected<std::vector<llmc_tensor>> outputs() const;
  /// What the last call on the context failed of.
  std::string messageOf(llmc_status status) const;

private:
  OpenModel() = default;
  llvm::Error check(llmc_status status) const;

  void *library = nullptr;
  const llmc_api *api = nullptr;
  llmc_model *opened = nullptr;
  llmc_context *created = nullptr;
  std::unique_ptr<reference::NarrowCaches> narrow; // null: none
  mutable bool areFloatsBound = false;
};

} // namespace llmc::execution

#endif
